// Shuts the network for a process: `node --import ./tools/closed-network.ts`. A connection, lookup or datagram to
// anything but this machine throws, so that a test which depends on the outside fails instead of passing by luck.

import dgram from 'node:dgram'
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

const ours = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+|0\.0\.0\.0|::)$/i

function refuseStrangers(host: unknown, what: string): void {
  if (host === undefined || host === null || host === '' || ours.test(String(host).replace(/^\[|\]$/g, ''))) return
  throw Object.assign(new Error(`the network is shut: ${what} ${host}`), { code: 'ERR_NETWORK_SHUT' })
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown

/** Puts a check of the arguments in front of a method. */
function guard(holder: object, method: string, check: (args: unknown[]) => void): void {
  const methods = holder as Record<string, AnyFunction | undefined>
  const original = methods[method]
  if (!original) return
  methods[method] = function (...args) {
    check(args)
    return original.apply(this, args)
  }
}

// net.connect() hands its normalised arguments over as one array; callers of the method itself pass them one by one.
guard(net.Socket.prototype, 'connect', (args) => {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args
  if (typeof first === 'object' && first !== null) {
    const { host, path } = first as { host?: unknown; path?: unknown }
    if (!path) refuseStrangers(host, 'no connection to')
  } else if (Number.isInteger(Number(first)) && typeof second === 'string') {
    refuseStrangers(second, 'no connection to')
  }
})

const questions = Object.keys(dns).filter((name) => /^(lookup|resolve.*|reverse)$/.test(name))
for (const question of questions) {
  const check = ([host]: unknown[]) => refuseStrangers(host, 'no lookup of')
  for (const holder of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
    guard(holder, question, check)
  }
}

guard(dgram.Socket.prototype, 'connect', ([, host]) => {
  if (typeof host === 'string') refuseStrangers(host, 'no datagram to')
})
guard(dgram.Socket.prototype, 'send', (args) => {
  const host = args.slice(1).find((arg) => typeof arg === 'string')
  refuseStrangers(host, 'no datagram to')
})

syncBuiltinESMExports()
