// Which IP addresses are on the public internet. Everything else is a private network, this machine, or a service that gives a
// machine's credentials to every program on it.

import type { BlockList } from 'node:net'

type Networks = readonly (readonly [network: string, bits: number])[]

/** Where a cloud gives its metadata, credentials included. Nothing of ours ever goes there. */
const metadata: Networks = [
  ['169.254.0.0', 16],
  ['fe80::', 10],
  // AWS and Google over IPv6, Alibaba, Azure.
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
]

/** What is not global in IANA's registries of special addresses, of IPv4. */
const special: Networks = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]

/** What is not global of 2000::/3; some of it holds an IPv4 address. */
const specialGlobal: Networks = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]
const global: Networks = [['2000::', 3]]
const loopback: Networks = [
  ['127.0.0.0', 8],
  ['::1', 128],
]

/**
 * Whether an IP address is one of the public internet.
 *
 * @see {@link https://www.iana.org/assignments/iana-ipv4-special-registry IANA}, also for IPv6
 */
export function isPublicAddress(address: string): boolean {
  const plain = plainAddress(address)
  if (isIP(plain) === 0 || has(metadata, plain)) return false
  if (isIP(plain) === 4) return !has(special, plain)
  return has(global, plain) && !has(specialGlobal, plain)
}

/** Whether a cloud's metadata service is at that IP address, or another one that only its own link can reach. */
export function isMetadataAddress(address: string): boolean {
  const plain = plainAddress(address)
  return isIP(plain) !== 0 && has(metadata, plain)
}

/** Whether a text is an IP address, and not a name. */
export function isIpAddress(host: string): boolean {
  return isIP(host) !== 0
}

export function isLoopbackAddress(address: string): boolean {
  const plain = plainAddress(address)
  return isIP(plain) !== 0 && has(loopback, plain)
}

/** The host of an address as `node:net` writes an IP address; a name as it is. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

/** As URLs write it: an IPv4 address in IPv6, and one for a network that has IPv6 alone (RFC 6052). */
const carrying = /^\[(?:::ffff:([\da-f]+:[\da-f]+)|64:ff9b::([\da-f]+(?::[\da-f]+)?))\]$/

/** Without a zone, and as IPv4 where IPv6 only carries one. */
function plainAddress(address: string): string {
  const [bare = ''] = address.split('%')
  if (isIP(bare) !== 6) return bare
  const [, mapped, translated] = carrying.exec(new URL(`http://[${bare}]`).hostname) ?? []
  const carried = mapped ?? translated
  return carried === undefined ? bare : ofGroups(carried)
}

function ofGroups(carried: string): string {
  const groups = carried.split(':').map((group) => Number.parseInt(group, 16))
  const [high, low] = groups.length === 2 ? groups : [0, ...groups]
  return [high, low].flatMap((group = 0) => [group >> 8, group & 255]).join('.')
}

/** Made when an address is judged first, and Node's module is loaded then: an import costs nothing for it. */
const lists = new Map<Networks, BlockList>()

function has(networks: Networks, address: string): boolean {
  const list = lists.get(networks) ?? blockList(networks)
  lists.set(networks, list)
  return list.check(address, familyOf(address))
}

function blockList(networks: Networks): BlockList {
  const { BlockList } = process.getBuiltinModule('node:net')
  const list = new BlockList()
  for (const [network, bits] of networks) list.addSubnet(network, bits, familyOf(network))
  return list
}

function isIP(address: string): number {
  return process.getBuiltinModule('node:net').isIP(address)
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
