// How the page looks for one application: its name, logo and colour. Each is checked once; what a page shows of another site
// is exactly the logo's address.

import { createHash } from 'node:crypto'
import { address, type Checks, checkOptions, oneOf, optional, text } from '../../core/check.ts'
import { pageDesign } from '../../core/page-design.ts'
import { inkOn, legible, mix } from './contrast.ts'
import { type Language, languages } from './language.ts'
import { connectPageStyle } from './style.ts'

export interface Branding {
  /** The name of the application, at most 80 characters. Default: the host to which the person is sent back. */
  readonly name?: string
  /** An https address, or a `data:` address with a PNG, JPEG, GIF, WebP or AVIF in base64, at most 200,000 characters. */
  readonly logoUrl?: string
  /** The address of the application, for the pages that cannot lead back to where the person came from. Http or https. */
  readonly homeUrl?: string
  /** Of buttons and links, as `#rgb` or `#rrggbb`. The colour of the text on it follows. */
  readonly colour?: string
  /** Of the texts. Default `auto`: English, German or Spanish, as the browser prefers. */
  readonly language?: Language | 'auto'
}

export interface Look {
  readonly name: string | null
  readonly logoUrl: string | null
  readonly homeUrl: string | null
  readonly language: Language | 'auto'
  readonly style: string
  /** The sources of the Content-Security-Policy that allow exactly this style and this logo. */
  readonly sources: { readonly style: string; readonly image: string | undefined }
}

const longestName = 80
const longestLogo = 200_000

const checks: Checks<Branding> = {
  name: optional(isName),
  logoUrl: optional(isLogo),
  homeUrl: optional(isHome),
  colour: optional((value) =>
    typeof value === 'string' && /^#([0-9a-f]{3}){1,2}$/i.test(value)
      ? null
      : 'must be #rgb or #rrggbb, such as #2447c8',
  ),
  language: optional(oneOf(...languages, 'auto')),
}

/** @throws {PunctualError} `invalid_argument` */
export function lookOf(branding: Branding): Look {
  checkOptions('createConnectPage', branding, checks, 'branding')
  const { name = null, logoUrl = null, homeUrl = null, colour, language = 'auto' } = branding
  const style = `${pageDesign}${connectPageStyle}${colour === undefined ? '' : coloured(colour.toLowerCase())}`
  const hash = createHash('sha256').update(style).digest('base64')
  const image = logoUrl === null ? undefined : imageSource(logoUrl)
  return { name, logoUrl, homeUrl, language, style, sources: { style: `'sha256-${hash}'`, image } }
}

function isName(value: unknown, isGiven: boolean): string | null {
  const problem = text(value, isGiven)
  if (problem !== null) return problem
  return String(value).length > longestName ? `must have at most ${longestName} characters` : null
}

function isHome(value: unknown, isGiven: boolean): string | null {
  if (address(value, isGiven) === null && /^https?:$/.test(new URL(String(value)).protocol)) return null
  return 'must be an http or https address without a user name and a fragment'
}

function isLogo(value: unknown, isGiven: boolean): string | null {
  if (typeof value === 'string' && value.length > longestLogo) return `must have at most ${longestLogo} characters`
  if (typeof value === 'string' && /^data:/i.test(value)) {
    // An SVG is a document, which can hold scripts: it is only taken from an address.
    const isImage = /^data:image\/(png|jpeg|gif|webp|avif);base64,[a-z0-9+/]+={0,2}$/i.test(value)
    return isImage ? null : 'must be a PNG, JPEG, GIF, WebP or AVIF in base64: data:image/png;base64,…'
  }
  if (address(value, isGiven) === null && new URL(String(value)).protocol === 'https:') return null
  return 'must be an https address without a user name and a fragment, or a data: address of an image'
}

/** A policy knows data: addresses as a whole only, and has no query. `;` and `,` would end the source. */
function imageSource(logoUrl: string): string {
  const { protocol, origin, pathname } = new URL(logoUrl)
  return protocol === 'data:' ? 'data:' : `${origin}${pathname.replaceAll(';', '%3B').replaceAll(',', '%2C')}`
}

/** What the colour must be told from: the paper and the ground of the design, in light and in dark. */
const light = ['#ffffff', '#f6f7f9']
const dark = ['#181e27', '#10141b']

function coloured(colour: string): string {
  const ink = inkOn(colour)
  const hover = mix(colour, ink === '#000000' ? '#ffffff' : '#000000', 0.15)
  return `:root { --accent: ${legible(colour, light)}; --brand: ${colour}; --brand-ink: ${ink}; --brand-hover: ${hover} }
@media (prefers-color-scheme: dark) { :root { --accent: ${legible(colour, dark)} } }
button.primary { background: var(--brand); color: var(--brand-ink) }
button.primary:hover { background: var(--brand-hover) }
`
}
