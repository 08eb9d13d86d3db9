// `/connect.js`: the published file of `punctual/browser`, for the pages of an application whose back end has no npm. A page of
// any origin may import it: it holds nothing secret, and runs with the rights of the page that imports it.

import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

/** The file of the installed package. Without a build, as where the sources run, it is not there. */
const published = (): URL => new URL(import.meta.resolve('punctual/browser'))

interface Script {
  readonly text: string
  readonly etag: string
}

/** @param file Where the module is. */
export function createBrowserModule(file: () => URL = published): (request: Request) => Promise<Response> {
  let read: Promise<Script | null> | null = null
  return async (request) => {
    read ??= scriptIn(file)
    const script = await read
    if (script === null) {
      // The package may be built while this runs.
      read = null
      return new Response('The package is not built: run "npm run build".', { status: 404, headers: plainText })
    }
    const headers = { ...shared, etag: script.etag }
    // A proxy that compresses marks the tag as a weak one.
    const known = (request.headers.get('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
    if (known.includes(script.etag)) return new Response(null, { status: 304, headers })
    return new Response(script.text, { headers: { ...headers, 'content-type': 'text/javascript; charset=utf-8' } })
  }
}

async function scriptIn(file: () => URL): Promise<Script | null> {
  try {
    const text = await readFile(file(), 'utf8')
    return { text, etag: `"${hash('sha256', text, 'base64url')}"` }
  } catch {
    return null
  }
}

const plainText = { 'content-type': 'text/plain; charset=utf-8' }
const shared = {
  'cache-control': 'public, max-age=3600',
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
}
