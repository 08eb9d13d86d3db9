// Redirect URIs that differ from ours by what people get wrong, to find the one that is registered instead.

import { isLoopback } from '../../../core/loopback.ts'

export interface NearCallback {
  readonly url: string
  /** What is different about it, as the rest of "It has … instead:". */
  readonly difference: string
}

const loopbackHosts = ['localhost', '127.0.0.1', '[::1]']
const ports = ['4600', '3000', '3001', '5173', '8000', '8080', '4610', '80', '443']

/** `callback` is `{baseUrl}/callback/{client}`. */
export function nearCallbacks(baseUrl: string, client: string, others: readonly string[]): readonly NearCallback[] {
  const callback = `${baseUrl}/callback/${client}`
  const base = new URL(baseUrl)
  const at = (change: Partial<Record<'hostname' | 'port' | 'protocol', string>>) =>
    Object.assign(new URL(callback), change).href
  const origin = base.origin
  const found: NearCallback[] = [
    { url: `${callback}/`, difference: 'it has a slash at its end' },
    { url: callback.replace(/^http:/, 'https:'), difference: 'it begins with https' },
    { url: callback.replace(/^https:/, 'http:'), difference: 'it begins with http' },
    { url: `${origin}/callback/${client}`, difference: 'the path of PUNCTUAL_URL is missing' },
    { url: baseUrl, difference: 'it is the address of the service without /callback' },
    { url: `${baseUrl}/`, difference: 'it is the address of the service without /callback' },
    { url: `${origin}/`, difference: 'it is the address of the service without a path' },
    { url: `${baseUrl}/callback`, difference: 'the name of the client is missing at its end' },
    { url: `${baseUrl}/callback/`, difference: 'the name of the client is missing at its end' },
    { url: `${baseUrl}/connect/${client}`, difference: 'it has /connect in place of /callback' },
    ...others.map((other) => ({ url: `${baseUrl}/callback/${other}`, difference: 'it is the one of another client' })),
    ...(isLoopback(base)
      ? [
          ...loopbackHosts.map((hostname) => ({ url: at({ hostname }), difference: `it has ${hostname} as its host` })),
          ...ports.map((port) => ({ url: at({ port }), difference: `it has the port ${port}` })),
          ...loopbackHosts.flatMap((hostname) =>
            ports.slice(0, 3).map((port) => ({ url: at({ hostname, port }), difference: 'host and port are others' })),
          ),
        ]
      : [
          {
            url: at({ hostname: base.hostname.replace(/^www\./, '') }),
            difference: 'its host has no www.',
          },
          { url: at({ hostname: `www.${base.hostname}` }), difference: 'its host has www. in front' },
          { url: `http://localhost:4600/callback/${client}`, difference: 'it is the one of this machine' },
        ]),
  ]
  const seen = new Set([callback])
  return found.filter(({ url }) => !seen.has(url) && seen.add(url))
}
