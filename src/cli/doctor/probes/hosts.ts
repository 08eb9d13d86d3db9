// Which hosts the internet can reach, as far as a name or an address says it.

import { lookup } from 'node:dns/promises'
import {
  hostOf,
  isIpAddress,
  isLoopbackAddress,
  isMetadataAddress,
  isPublicAddress,
} from '../../../core/public-address.ts'

/** Why nobody on the internet can reach that host, as the rest of a sentence; `null` if its name speaks for no reason. */
export function whyNotPublic(url: URL): string | null {
  const host = hostOf(url).replace(/\.$/, '')
  if (host === 'localhost' || host.endsWith('.localhost') || isHere(host)) return 'is this machine alone'
  if (isIpAddress(host)) return isPublicAddress(host) ? null : 'is an address of a private network'
  if (!host.includes('.')) return 'is a name without a domain, which only your own network knows'
  const [, ending] = /\.(local|internal|lan|home|corp|intranet|test|example|invalid|localdomain)$/.exec(host) ?? []
  return ending === undefined ? null : `ends in .${ending}, which the public DNS does not have`
}

export interface Lead {
  readonly kind: 'private' | 'nowhere' | 'public' | 'not_known'
  /** Whether one of its addresses is one of metadata services. */
  readonly isMetadata: boolean
}

/** Where the host of an address is, as the DNS of this machine says it now. */
export async function whereNameLeads(url: URL, deadlineMs: number): Promise<Lead> {
  const host = hostOf(url)
  if (isIpAddress(host)) return leadOf([host])
  const late = new Promise<null>((resolve) => setTimeout(resolve, deadlineMs, null).unref())
  try {
    const found = await Promise.race([lookup(host, { all: true }), late])
    return found === null ? { kind: 'not_known', isMetadata: false } : leadOf(found.map(({ address }) => address))
  } catch (error) {
    const isNowhere = (error as NodeJS.ErrnoException).code === 'ENOTFOUND'
    return { kind: isNowhere ? 'nowhere' : 'not_known', isMetadata: false }
  }
}

function leadOf(addresses: readonly string[]): Lead {
  return { kind: addresses.some(isPublicAddress) ? 'public' : 'private', isMetadata: addresses.some(isMetadataAddress) }
}

/** The two unspecified addresses lead to this machine too. */
function isHere(host: string): boolean {
  return isLoopbackAddress(host) || host === '0.0.0.0' || host === '::'
}
