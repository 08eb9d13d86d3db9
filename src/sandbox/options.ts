// What createSandbox takes: checked once, and a wrong option is one sentence that names it.

import { z } from 'zod'
import type { ShownDelivery } from './control/webhooks.ts'
import type { Deliver } from './webhooks/pump.ts'
import { type Account, type AccountInput, accountInput } from './world/accounts.ts'
import { type ClientInput, clientInput, lacksSecret } from './world/clients.ts'
import { problemSentence, SandboxOptionError } from './world/problem.ts'
import { type Switches, switchesInput } from './world/switches.ts'

/** Options of {@link createSandbox}. */
export interface SandboxOptions {
  /** TCP port; 0, the default, takes any free one. */
  readonly port?: number | undefined
  /** Default `127.0.0.1`. */
  readonly hostname?: string | undefined
  /** The sandbox's own origin, if it differs from the address on which it listens. */
  readonly url?: string | undefined
  /**
   * `true`: addresses in answers and webhooks are the providers' own, such as `https://api.calendly.com/…`, and are accepted
   * in parameters: for clients whose host cannot be changed. Requests to those hosts that are sent here, by
   * `handler` or a proxy, are served too. Default false.
   */
  readonly ownAddresses?: boolean | undefined
  /** `false`: no socket at all, only `handler`; the origin is then `http://sandbox.test` or `url`. Default true. */
  readonly listen?: boolean | undefined
  /** Real time in milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined
  /** Returns that many random bytes. Default: the platform's. */
  readonly random?: ((bytes: number) => Uint8Array) | undefined
  /**
   * Waits for a fault's delay, and for a webhook's receiver as long as its provider does. Must reject with the signal's
   * reason when it aborts. Default: a timer.
   */
  readonly sleep?: ((milliseconds: number, signal?: AbortSignal) => Promise<void>) | undefined
  /** Sends the webhooks, as `fetch` does. Default: `fetch`, to addresses of this machine only. */
  readonly deliver?: Deliver | undefined
  /** Is called with a webhook after each time it was sent. */
  readonly onWebhook?: ((webhook: ShownDelivery) => void) | undefined
  /** Further clients; one with the id of a built-in client replaces it. */
  readonly clients?: readonly ClientInput[] | undefined
  /** Further people; one with the id of a built-in person replaces it. */
  readonly accounts?: readonly AccountInput[] | undefined
  /** Behaviours that the sources do not decide; see docs/providers. */
  readonly switches?: { [Name in keyof Switches]?: Switches[Name] | undefined } | undefined
  /** Path of the file that keeps the state between two runs. Default: the state lives in memory. */
  readonly file?: string | undefined
}

/** The options after their check. */
export interface CheckedOptions extends Omit<SandboxOptions, 'clients' | 'accounts'> {
  readonly clients: readonly ClientInput[]
  readonly accounts: readonly Account[]
}

const fn = <Type>() => z.custom<Type>((value) => typeof value === 'function', { error: 'give a function' })

const schema = z.strictObject({
  port: z
    .int({ error: 'give a number from 0 to 65535' })
    .min(0, { error: 'give a number from 0 to 65535' })
    .max(65535, { error: 'give a number from 0 to 65535' })
    .optional(),
  hostname: z.string({ error: 'give a host name' }).min(1, { error: 'give a host name' }).optional(),
  url: z
    .string({ error: 'give an origin such as http://sandbox.test' })
    .refine(isOrigin, { error: 'give an origin such as http://sandbox.test, without a path' })
    .optional(),
  ownAddresses: z.boolean({ error: 'give true or false' }).optional(),
  listen: z.boolean({ error: 'give true or false' }).optional(),
  now: fn<() => number>().optional(),
  random: fn<(bytes: number) => Uint8Array>().optional(),
  sleep: fn<(milliseconds: number, signal?: AbortSignal) => Promise<void>>().optional(),
  deliver: fn<Deliver>().optional(),
  onWebhook: fn<(webhook: ShownDelivery) => void>().optional(),
  clients: z.array(clientInput, { error: 'give a list of clients' }).default([]),
  accounts: z.array(accountInput, { error: 'give a list of accounts' }).default([]),
  switches: z.undefined().optional(),
  file: z.string({ error: 'give a path' }).min(1, { error: 'give a path' }).optional(),
})

/** @throws {SandboxOptionError} naming the option and what to do. */
export function checkOptions(options: SandboxOptions): CheckedOptions {
  const parsed = (options?.switches === undefined ? schema : schema.extend({ switches: switchesInput })).safeParse(
    options,
  )
  if (!parsed.success) throw new SandboxOptionError(problemSentence('The sandbox option', parsed.error))
  const secretless = parsed.data.clients.findIndex(lacksSecret)
  if (secretless >= 0) {
    throw new SandboxOptionError(
      `The sandbox option "clients[${secretless}].secret" is wrong: give the client a secret.`,
    )
  }
  return parsed.data
}

function isOrigin(value: string): boolean {
  const url = URL.parse(value)
  return url !== null && /^https?:$/.test(url.protocol) && value.replace(/\/$/, '') === url.origin
}
