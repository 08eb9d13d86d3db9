// The environment of clients that have the providers' hosts built in: what they send to them arrives at a sandbox. The
// clients themselves are as they are on npm. As a preload of a process: SANDBOX_URL=… node --import=./test/sandbox/provider-hosts.ts

import http from 'node:http'
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'

const parts: Readonly<Record<string, string>> = {
  'auth.calendly.com': '/calendly/auth',
  'api.calendly.com': '/calendly/api',
  'calendly.com': '/calendly/site',
  'app.cal.com': '/calcom/app',
  'api.cal.com': '/calcom/api',
}

/** Returns the sandbox's address for an address of a provider; other addresses stay as they are. */
export function inSandbox(sandbox: string, address: string | URL): URL {
  const url = new URL(address)
  const part = parts[url.hostname]
  return part === undefined ? url : new URL(`${sandbox}${part}${url.pathname}${url.search}`)
}

/** Redirects `fetch` and `https` of this process to the sandbox; the returned function undoes it. */
export function leadProvidersTo(sandbox: string): () => void {
  const [platformFetch, platformRequest] = [globalThis.fetch, https.request]
  globalThis.fetch = (input, init) => {
    if (!(input instanceof Request)) return platformFetch(inSandbox(sandbox, String(input)), init)
    return platformFetch(new Request(inSandbox(sandbox, input.url), input), init)
  }
  https.request = (first: unknown, ...rest: unknown[]) => {
    const isAddress = typeof first === 'string' || first instanceof URL
    const [given, ...others] = isAddress ? rest : [first, ...rest]
    const options = (typeof given === 'object' ? given : {}) as https.RequestOptions
    const asked = isAddress
      ? new URL(first)
      : new URL(options.path ?? '/', `https://${options.hostname ?? options.host}`)
    const { hostname, port, pathname, search } = inSandbox(sandbox, asked)
    const { protocol: _, host: __, agent: ___, servername: ____, ...kept } = options
    const sent = { ...kept, hostname, port, path: pathname + search }
    return http.request(sent, ...(others as [(answer: http.IncomingMessage) => void]))
  }
  syncBuiltinESMExports()
  return () => {
    globalThis.fetch = platformFetch
    https.request = platformRequest
    syncBuiltinESMExports()
  }
}

const { SANDBOX_URL } = process.env
if (SANDBOX_URL !== undefined) leadProvidersTo(SANDBOX_URL)
