// Which hosts the internet can reach, as far as a name or an address says it.

import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'

/** Why nobody on the internet can reach that host, as the rest of a sentence; `null` if its name speaks for no reason. */
export function whyNotPublic(url: URL): string | null {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (host === 'localhost' || host.endsWith('.localhost') || isLoopbackAddress(host)) return 'is this machine alone'
  if (isIP(host)) return isPrivateAddress(host) ? 'is an address of a private network' : null
  if (!host.includes('.')) return 'is a name without a domain, which only your own network knows'
  const [, ending] = /\.(local|internal|lan|home|corp|intranet|test|example|invalid|localdomain)$/.exec(host) ?? []
  return ending === undefined ? null : `ends in .${ending}, which the public DNS does not have`
}

/** Why the name leads nowhere public, as the rest of a sentence. `null`: it does, or nothing is known. */
export async function whereNameLeads(
  url: URL,
  deadlineMs: number,
): Promise<{ readonly kind: 'private' | 'nowhere' | 'public' | 'not_known' }> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host)) return { kind: isPrivateAddress(host) ? 'private' : 'public' }
  const late = new Promise<null>((resolve) => setTimeout(resolve, deadlineMs, null).unref())
  try {
    const found = await Promise.race([lookup(host, { all: true }), late])
    if (found === null) return { kind: 'not_known' }
    return { kind: found.every(({ address }) => isPrivateAddress(address)) ? 'private' : 'public' }
  } catch (error) {
    return { kind: (error as NodeJS.ErrnoException).code === 'ENOTFOUND' ? 'nowhere' : 'not_known' }
  }
}

function isLoopbackAddress(host: string): boolean {
  return /^127\.|^::1$/.test(host) || host === '0.0.0.0' || host === '::'
}

function isPrivateAddress(address: string): boolean {
  return privateNetworks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

// https://www.iana.org/assignments/iana-ipv4-special-registry
const privateNetworks = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  privateNetworks.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  privateNetworks.addSubnet(network, bits, 'ipv6')
