// A fetch that reports each failure to reach a host, with the host and the code of the failure.

import { causeCode, type Fetch, isOfCertificate, TransportError } from './core/http.ts'
import type { Reporter } from './core/reporter.ts'

export function reportedFetch(fetch: Fetch, reporter: Reporter): Fetch {
  return async (input, init) => {
    try {
      const response = await fetch(input, init)
      reporter.worked(hostOf(input))
      return response
    } catch (error) {
      const late = reasonOf(init?.signal)
      // A caller's own abort is not a failure of the network, and neither is the suspension of this process.
      const isOurs = init?.signal?.aborted && (late === null || late === 'too_late')
      if (!isOurs) report(hostOf(input), late ?? causeCode(error))
      throw error
    }
  }

  function report(host: string, code: string | null): void {
    reporter.failed(host, {
      code: 'provider_unavailable',
      reason: code,
      message: `${host} cannot be reached (${code ?? 'the request failed'}): ${adviceFor(code)}.`,
    })
  }
}

function reasonOf(signal: AbortSignal | null | undefined): string | null {
  return signal?.reason instanceof TransportError ? signal.reason.reason : null
}

function hostOf(input: string | URL): string {
  return URL.parse(String(input))?.host ?? 'the provider'
}

function adviceFor(code: string | null): string {
  if (code === null) return 'check "fetch" and the network of this process'
  if (isOfCertificate(code))
    return 'its certificate is not trusted. Name the file of its authority in the environment variable NODE_EXTRA_CA_CERTS'
  if (/^(ENOTFOUND|EAI_AGAIN|EAI_FAIL)$/.test(code)) return 'the name is not known. Correct "hosts", or look at the DNS'
  if (code === 'ECONNREFUSED') return 'nothing listens there. Correct "hosts", or start it'
  if (code === 'timeout') return 'it did not answer in time. Look at the network, a proxy or a firewall'
  return 'look at the network, a proxy or a firewall'
}
