// Events go to public addresses, and to this machine where their address says so. A name may lead anywhere, and elsewhere at each
// look: so the address of the connection is checked, right before the request is written to it.

import { type Fetch, TransportError } from '../core/http.ts'
import { fetchAfterCheck } from '../core/last-check.ts'
import { isThisMachine } from '../core/loopback.ts'
import { hostOf, isIpAddress, isLoopbackAddress, isMetadataAddress, isPublicAddress } from '../core/public-address.ts'

/** What is wrong with the host of a destination, as the rest of a sentence; `null` where the host is a name, or right. */
export function wrongHost(url: URL, allowPrivateAddresses: boolean): string | null {
  const host = hostOf(url)
  return isIpAddress(host) ? wrongAddress(url, host, allowPrivateAddresses) : null
}

/** Returns a `fetch` whose requests leave only for an allowed address. */
export function fetchToAllowed(fetch: Fetch, allowPrivateAddresses: boolean): Fetch {
  return (input, init = {}) => {
    const url = new URL(input)
    return fetchAfterCheck(fetch, url, init, (remoteAddress) => {
      const problem = remoteAddress === null ? null : wrongAddress(url, remoteAddress, allowPrivateAddresses)
      return problem === null ? null : new TransportError(`nothing was sent, because the host ${problem}`, false)
    })
  }
}

function wrongAddress(url: URL, address: string, allowPrivateAddresses: boolean): string | null {
  if (isMetadataAddress(address)) return 'is at an address of metadata services, where no receiver is'
  if (isThisMachine(url)) return isLoopbackAddress(address) ? null : 'is not this machine'
  if (isPublicAddress(address) || allowPrivateAddresses) return null
  return 'is at an address of a private network. If it belongs there, set "allowPrivateAddresses" (PUNCTUAL_ALLOW_PRIVATE_ADDRESSES)'
}
