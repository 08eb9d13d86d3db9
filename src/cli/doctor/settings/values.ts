// What is odd about the text of a setting although the commands take it: quotes that became a part of the value, a
// placeholder of a tutorial, another kind of secret. No value is repeated.

import { isLoopback } from '../../../core/loopback.ts'
import { builtIn } from '../../../sandbox/world/built-in-clients.ts'
import { type SettingName, settingTable } from '../../settings/table.ts'
import { type Finding, ok, wrong } from '../checks/finding.ts'
import type { ReadSettings } from './read.ts'

const names = Object.keys(settingTable) as SettingName[]

/** A rule about one value. Returns what is wrong with it, or `null`. */
type Rule = (text: string, name: SettingName) => Finding | null

const quotes = /^["'`“”‘’«»]|["'`“”‘’«»]$/
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u
const placeholder =
  /^(x{3,}|\.{3,}|…|<.*>|\[.*\]|\{.*\}|\$\{?\w+\}?|change[-_ ]?me|todo|your[-_ ].*|insert[-_ ].*|replace[-_ ].*|none|null|undefined)$/i
/** Settings whose text may have spaces in it. */
const withSpaces = new Set<SettingName>([
  'CALENDLY_SCOPES',
  'CALCOM_SCOPES',
  'PUNCTUAL_CONNECT_NAME',
  'PUNCTUAL_DATA',
  'PUNCTUAL_DATABASE',
])

const rules: readonly Rule[] = [
  (text, name) =>
    quotes.test(text)
      ? wrong(
          `${name} has a quotation mark at its beginning or end, which is a part of the value.`,
          `Remove the quotation marks around ${name}: docker --env-file and most consoles keep them.`,
        )
      : null,
  (text, name) => {
    const [, own] = /^(?:export\s+)?([A-Za-z_]+)\s*=/.exec(text) ?? []
    return own !== undefined && names.includes(own.toUpperCase() as SettingName)
      ? wrong(`The value of ${name} begins with the name of a setting.`, `Set ${name} to what stands after the "=".`)
      : null
  },
  (text, name) =>
    invisible.test(text)
      ? wrong(
          `${name} has an invisible character in it, such as a line break or a zero-width space.`,
          `Copy ${name} again, or type it.`,
        )
      : null,
  (text, name) =>
    /\s/.test(text.replace(/\s*,\s*/g, ',')) && !withSpaces.has(name)
      ? wrong(
          `${name} has white space inside its value.`,
          `Remove the white space in ${name}, or copy the value again.`,
        )
      : null,
  (text, name) =>
    isOfApp(name) && placeholder.test(text)
      ? wrong(`${name} is still a placeholder.`, `Set ${name} to the value that the provider shows for your app.`)
      : null,
  (text, name) => (isOfApp(name) ? otherSecret(text, name) : null),
  (text, name) => (isAddressOfProvider(name) ? oddAddress(text, name) : null),
]

/** Returns what is odd about the values that are given. */
export function oddValues({ given, settings }: Pick<ReadSettings, 'given' | 'settings'>): readonly Finding[] {
  const texts = new Map(names.flatMap((name) => (given(name) === null ? [] : [[name, given(name)?.trim() ?? '']])))
  const found = [...texts].flatMap(([name, text]) => {
    const odd = rules.map((rule) => rule(text, name as SettingName)).find((finding) => finding !== null)
    return odd ? [odd] : []
  })
  const spaced = names.filter((name) => given(name) !== null && given(name) !== given(name)?.trim())
  const around = spaced.map((name) => ok(`${name} has white space around its value, which is ignored here.`))
  return [...found, ...sameTwice(texts as ReadonlyMap<SettingName, string>), ...builtInElsewhere(settings), ...around]
}

function isOfApp(name: SettingName): boolean {
  return /_(CLIENT_ID|CLIENT_SECRET|WEBHOOK_KEY)$/.test(name)
}

function isAddressOfProvider(name: SettingName): boolean {
  return /^(CALENDLY|CALCOM)_\w+_URL$/.test(name)
}

/** Another kind of secret than the setting is for, by its form. */
function otherSecret(text: string, name: SettingName): Finding | null {
  const is = (what: string, fix: string) => wrong(`${name} holds ${what}.`, fix)
  const ofApp = `Set ${name} to the value that the provider shows for your OAuth app.`
  if (/^cal_(live_|test_)?\w+/.test(text)) return is('an API key of Cal.com, not a value of an OAuth client', ofApp)
  if (/^eyJ[\w-]+\.[\w-]+\./.test(text))
    return is('a token, such as a personal access token, not a value of an OAuth app', ofApp)
  if (/^whsec_/.test(text))
    return is('a signing secret of events (whsec_…)', `${ofApp} The secret belongs to PUNCTUAL_EVENTS_SECRETS.`)
  if (/^pk_/.test(text)) return is('an API key of Punctual', ofApp)
  if (/^(bearer|basic)\s/i.test(text)) return is('the value of an Authorization header', ofApp)
  if (/^https?:\/\//i.test(text)) return is('an address', ofApp)
  return /^[^\s@]+@[^\s@]+\.\w+$/.test(text) ? is('an e-mail address', ofApp) : null
}

const endings: readonly (readonly [pattern: RegExp, name: RegExp, what: string])[] = [
  [/\/v\d+$/, /^CALCOM_API_URL$/, 'ends in the version of the API, which Punctual adds itself'],
  [/\/(api|auth)\/.*$|\/v\d+\/.*$/, /^CALCOM_API_URL$/, 'has the path of an endpoint, which Punctual adds itself'],
  [/\/auth\/oauth2.*$/, /^CALCOM_APP_URL$/, 'has the path of the consent page, which Punctual adds itself'],
  [/\/oauth(\/.*)?$/, /^CALENDLY_AUTH_URL$/, 'has the path of an endpoint (/oauth/…), which Punctual adds itself'],
  [/\/(users|me|oauth)(\/.*)?$/, /^CALENDLY_API_URL$/, 'has the path of an endpoint, which Punctual adds itself'],
]

const ownHosts: readonly (readonly [host: string, name: SettingName])[] = [
  ['auth.calendly.com', 'CALENDLY_AUTH_URL'],
  ['api.calendly.com', 'CALENDLY_API_URL'],
  ['app.cal.com', 'CALCOM_APP_URL'],
  ['api.cal.com', 'CALCOM_API_URL'],
]

function oddAddress(text: string, name: SettingName): Finding | null {
  const url = URL.parse(text)
  if (url === null) return null
  const path = url.pathname.replace(/\/+$/, '')
  const ending = endings.find(([pattern, of]) => of.test(name) && pattern.test(path) && !isLoopbackPart(url))
  if (ending) return wrong(`${name} ${ending[2]}.`, `Set ${name} to ${url.origin}${path.replace(ending[0], '')}.`)
  const other = ownHosts.find(([host, of]) => host === url.hostname && of !== name)
  if (other)
    return wrong(
      `${name} is the address that belongs to ${other[1]}.`,
      `Set ${name} to https://${hostOf(name)}, or remove it.`,
    )
  if (
    /(^|\.)(calendly|cal)\.com$/.test(url.hostname) &&
    hostOf(name) !== url.hostname &&
    /^(www\.)?(calendly|cal)\.com$/.test(url.hostname)
  )
    return wrong(
      `${name} is the address of the provider's site.`,
      `Remove ${name}: without it, https://${hostOf(name)} is used.`,
    )
  return null
}

/** A part of a sandbox is judged by what answers there. */
function isLoopbackPart(url: URL): boolean {
  return isLoopback(url) && /^\/(calendly|calcom)\/(auth|api|app)$/.test(url.pathname.replace(/\/+$/, ''))
}

function hostOf(name: SettingName): string {
  return ownHosts.find(([, of]) => of === name)?.[0] ?? ''
}

/** One value in two settings: one of them was copied into the wrong place. */
function sameTwice(texts: ReadonlyMap<SettingName, string>): readonly Finding[] {
  const ofApps = [...texts].filter(([name]) => isOfApp(name))
  return ofApps.flatMap(([name, text], index) => {
    const twin = ofApps.slice(index + 1).find(([, other]) => other === text)
    if (!twin) return []
    return [
      wrong(`${name} and ${twin[0]} have the same value.`, 'Copy each of them again from where the provider shows it.'),
    ]
  })
}

function builtInElsewhere({ calendly, calcom }: ReadSettings['settings']): readonly Finding[] {
  const found: readonly (readonly ['CALENDLY' | 'CALCOM', boolean])[] = [
    ['CALENDLY', calendly.credentials?.clientId === builtIn.calendly.clientId && calendly.hosts === null],
    ['CALCOM', calcom.credentials?.clientId === builtIn.calcom.clientId && calcom.hosts === null],
  ]
  return found.flatMap(([prefix, isBuiltIn]) =>
    isBuiltIn
      ? [
          wrong(
            `${prefix}_CLIENT_ID is the built-in client of the sandbox, and no address of a sandbox is set.`,
            'Set the addresses that "punctual sandbox" prints, or the credentials of your own app.',
          ),
        ]
      : [],
  )
}
