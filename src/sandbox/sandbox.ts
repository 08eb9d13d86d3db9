// Puts a sandbox together: world, record, webhooks, handler, and the socket unless it is switched off.
// Two sandboxes share nothing, unless both are given the same file.

import { calcomSender } from './calcom/webhooks/sender.ts'
import { calendlySender } from './calendly/webhooks/sender.ts'
import { authorize, type PersonInput } from './control/person.ts'
import { type Revocation, revokeGiven } from './control/revocation.ts'
import { type ShownDelivery, shownDeliveries, shownDelivery } from './control/webhooks.ts'
import { createWorld } from './create-world.ts'
import { createHandler } from './handler.ts'
import { createJournal, type RecordedRequest } from './http/journal.ts'
import { listen } from './listen.ts'
import { type CheckedOptions, checkOptions, type SandboxOptions } from './options.ts'
import type { SandboxClock } from './time/clock.ts'
import { wait } from './time/wait.ts'
import { createPump } from './webhooks/pump.ts'
import { builtIn } from './world/built-in-clients.ts'

/** Credentials and addresses of a Calendly client, as an app takes them. */
export interface CalendlyConnection {
  readonly hosts: { readonly auth: string; readonly api: string }
  readonly clientId: string
  readonly clientSecret: string
}

/** Credentials and addresses of a Cal.com client, as an app takes them. */
export interface CalcomConnection {
  readonly hosts: { readonly app: string; readonly api: string }
  readonly clientId: string
  readonly clientSecret: string
}

/** Calendly and Cal.com in a box. */
export interface Sandbox extends AsyncDisposable {
  /** Its origin, without a slash at the end. */
  readonly url: string
  /** Serves a request without a socket; rejects as `fetch` does where a fault cuts the connection. */
  readonly handler: (request: Request) => Promise<Response>
  /** The default web client at Calendly. */
  readonly calendly: CalendlyConnection
  /** The default native client at Calendly: no secret, PKCE. */
  readonly calendlyNative: Omit<CalendlyConnection, 'clientSecret'>
  /** What Calendly signs the webhooks of both default clients with. */
  readonly calendlyWebhookKey: string
  /** The default confidential client at Cal.com. */
  readonly calcom: CalcomConnection
  /** The default public client at Cal.com: no secret, PKCE. */
  readonly calcomPublic: Omit<CalcomConnection, 'clientSecret'>
  readonly clock: SandboxClock
  /** Sets everything back to the beginning: clock, tokens, faults, people, clients, switches, record. */
  reset(): void
  /** Plays the person: signs in, submits the consent page, and returns the address that the browser is sent to. */
  authorize(input: PersonInput): Promise<URL>
  /**
   * The user revokes the access of one client or of all; returns how many grants were active.
   *
   * @throws {SandboxOptionError} for an account or a client that does not exist.
   */
  revoke(which: Revocation): number
  /** Returns the recorded requests, newest last, without secrets. */
  requests(): RecordedRequest[]
  /** Returns the webhooks, newest last, with every send. */
  webhooks(): ShownDelivery[]
  /** Sends the webhooks that are due, and resolves when no more are due. */
  delivered(): Promise<void>
  close(): Promise<void>
}

/**
 * Starts a sandbox.
 *
 * @throws {SandboxOptionError} when an option is wrong; the message names it.
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const checked = checkOptions(options)
  let base = (checked.url ?? 'http://sandbox.test').replace(/\/$/, '')
  const { world, clock, keep, reset: resetWorld } = createWorld(checked, () => base)
  const journal = createJournal()
  const reset = (): void => {
    resetWorld()
    journal.clear()
    keep()
  }
  const closing = new AbortController()
  const surroundings = { sleep: checked.sleep ?? wait, closing: closing.signal }
  const pump = createPump({
    world,
    senders: { calendly: calendlySender, calcom: calcomSender },
    keep,
    ...surroundings,
    deliver: checked.deliver ?? null,
    timers: checked.now === undefined,
    // An error of the listener must not stop the webhooks.
    attempted: (row) => queueMicrotask(() => checked.onWebhook?.(shownDelivery(row))),
  })
  const handler = createHandler({ world, clock, journal, reset, keep, deliverDue: pump.run, surroundings })
  keep()
  const listening =
    checked.listen === false ? null : await listen(handler, checked.port ?? 0, checked.hostname ?? '127.0.0.1')
  if (listening !== null && checked.url === undefined) base = listening.url
  pump.run()
  const close = async (): Promise<void> => {
    closing.abort(new Error('The sandbox has been closed.'))
    keep()
    await listening?.close()
  }
  return {
    url: base,
    handler: (request) => handler(request),
    ...connections(base, checked),
    clock: clockThat(clock, () => {
      keep()
      pump.run()
    }),
    reset,
    authorize: (input) => authorize(handler, input),
    revoke(which) {
      const count = revokeGiven(world, which)
      keep()
      return count
    },
    requests: () => journal.list(),
    webhooks: () => shownDeliveries(world.state),
    delivered: pump.settled,
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** The clock, with a step that follows each change. */
function clockThat(clock: SandboxClock, moved: () => void): SandboxClock {
  return Object.freeze({
    now: clock.now,
    advance(seconds: number) {
      clock.advance(seconds)
      moved()
    },
    set(time: number | string) {
      clock.set(time)
      moved()
    },
  })
}

function connections(base: string, options: CheckedOptions) {
  const calendlyHosts = { auth: `${base}/calendly/auth`, api: `${base}/calendly/api` }
  const calcomHosts = { app: `${base}/calcom/app`, api: `${base}/calcom/api` }
  const secretOf = (id: string, otherwise: string): string => {
    const given = options.clients.find((client) => client.id === id)
    return given?.secret ?? given?.secrets?.[0] ?? otherwise
  }
  const { calendly, calendlyNative, calcom, calcomPublic } = builtIn
  return {
    calendly: {
      hosts: calendlyHosts,
      clientId: calendly.clientId,
      clientSecret: secretOf(calendly.clientId, calendly.clientSecret),
    },
    calendlyNative: { hosts: { ...calendlyHosts }, clientId: calendlyNative.clientId },
    calendlyWebhookKey: calendly.webhookKey,
    calcom: {
      hosts: calcomHosts,
      clientId: calcom.clientId,
      clientSecret: secretOf(calcom.clientId, calcom.clientSecret),
    },
    calcomPublic: { hosts: { ...calcomHosts }, clientId: calcomPublic.clientId },
  }
}
