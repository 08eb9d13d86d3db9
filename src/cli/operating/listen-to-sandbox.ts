// Subscribes the people of a sandbox to webhooks, as an application does at the providers, and passes on what the sandbox sends,
// byte for byte and with its signature. The subscriptions end with the command.

import { systemClock } from '../../core/clock.ts'
import { readBody } from '../../core/request-body.ts'
import { type Listening, listen } from '../../server/listen.ts'
import { CliError } from '../output/cli-error.ts'
import type { Provider } from '../settings/provider-names.ts'
import type { Settings } from '../settings/settings.ts'
import type { Listener } from './listener.ts'
import { createSandboxControl, type SandboxControl } from './sandbox-control.ts'

interface Person {
  readonly id: string
  readonly provider: Provider
  readonly name: string
  readonly email?: string
  readonly slug?: string
  readonly username?: string
}

/** Takes back what was made. */
type TakeBack = () => Promise<unknown>

export interface SandboxListenInit {
  readonly account: string | undefined
  /** `undefined`: the one that runs on this machine. */
  readonly at: string | undefined
}

const events: Readonly<Record<Provider, readonly string[]>> = {
  calendly: ['invitee.created', 'invitee.canceled', 'invitee_no_show.created', 'invitee_no_show.deleted'],
  calcom: [
    'BOOKING_CREATED',
    'BOOKING_RESCHEDULED',
    'BOOKING_CANCELLED',
    'BOOKING_REQUESTED',
    'BOOKING_REJECTED',
    'BOOKING_NO_SHOW_UPDATED',
  ],
}

export async function listenToSandbox(
  listener: Listener,
  settings: Settings,
  { account, at }: SandboxListenInit,
): Promise<void> {
  const sandbox = createSandboxControl(settings, at)
  const { accounts } = await sandbox.call<{ accounts: readonly Person[] }>('GET', '/control/accounts')
  const people = accounts.filter(
    ({ id, slug, username, email }) => account === undefined || [id, slug, username, email].includes(account),
  )
  if (people.length === 0) throw new CliError(`The sandbox has no person ${account}: its page lists them.`)
  const relay = await listen({ fetch: (request) => passOn(request, listener), port: 0, hostname: '127.0.0.1' })
  const made: TakeBack[] = []
  try {
    const names = await subscribeAll(sandbox, people, { relay, secret: listener.secret, made })
    listener.ready(`It passes on the webhooks of ${names.join(', ')} of the sandbox ${sandbox.url}.`)
    if (!listener.stop.aborted) await new Promise((resolve) => listener.stop.addEventListener('abort', resolve))
  } finally {
    // The sandbox may have ended first.
    for (const takeBack of made.reverse()) await takeBack().catch(() => {})
    await relay.close()
  }
}

interface Subscribing {
  readonly relay: Listening
  readonly secret: string
  readonly made: TakeBack[]
}

/** Returns who has been subscribed. A plan may not have webhooks. */
async function subscribeAll(
  sandbox: SandboxControl,
  people: readonly Person[],
  { relay, secret, made }: Subscribing,
): Promise<readonly string[]> {
  const names: string[] = []
  for (const person of people) {
    const subscribe = person.provider === 'calendly' ? atCalendly : atCalcom
    if (await subscribe(sandbox, person, { url: `${relay.url}/${person.provider}`, secret, made }))
      names.push(`${person.slug ?? person.username ?? person.id} (${person.provider})`)
  }
  if (names.length > 0) return names
  throw new CliError('The sandbox subscribes none of them: their plans have no webhooks.')
}

interface Subscription {
  readonly url: string
  readonly secret: string
  readonly made: TakeBack[]
}

async function atCalendly(sandbox: SandboxControl, { id }: Person, { url, secret, made }: Subscription) {
  const { token, personalToken } = await sandbox.call<{ token: string; personalToken: { id: string } }>(
    'POST',
    '/control/personal-tokens',
    { account: id },
  )
  made.push(() => sandbox.call('DELETE', `/control/personal-tokens/${personalToken.id}`))
  const call = callerOf(`${sandbox.url}/calendly/api`, token)
  const me = await call('GET', '/users/me')
  const { uri: user, current_organization: organization } = me?.resource ?? {}
  const scope = { scope: 'user', user, organization }
  const body = { url, events: events.calendly, signing_key: secret, ...scope }
  const answer = await call('POST', '/webhook_subscriptions', body)
  const path = URL.parse(String(answer?.resource?.uri))?.pathname.split('/').at(-1)
  if (path === undefined) return false
  made.push(() => call('DELETE', `/webhook_subscriptions/${path}`))
  return true
}

async function atCalcom(sandbox: SandboxControl, { id }: Person, { url, secret, made }: Subscription) {
  const { apiKey } = await sandbox.call<{ apiKey: string }>('POST', '/control/api-keys', { account: id })
  const call = callerOf(`${sandbox.url}/calcom/api/v2`, apiKey)
  const body = { subscriberUrl: url, triggers: events.calcom, active: true, secret }
  const webhook = (await call('POST', '/webhooks', body))?.data?.id
  if (typeof webhook !== 'string') return false
  made.push(() => call('DELETE', `/webhooks/${webhook}`))
  return true
}

interface ProviderAnswer {
  readonly resource?: { readonly uri?: string; readonly current_organization?: string }
  readonly data?: { readonly id?: string }
}

/** Returns a function that calls the provider's API there; it resolves with `null` for a refusal. */
function callerOf(base: string, token: string) {
  return async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<ProviderAnswer | null> => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    return response.ok && text !== '' ? (JSON.parse(text) as ProviderAnswer) : null
  }
}

const forwardedHeaders = [
  'content-type',
  'calendly-webhook-signature',
  'x-cal-signature-256',
  'x-cal-webhook-version',
] as const
const deadlineMs = 15_000

/** Answers as the receiver does, so that the sandbox sends again what a provider would send again. */
async function passOn(request: Request, { url, forwarded }: Listener): Promise<Response> {
  const read = await readBody(request, { clock: systemClock, limitBytes: 1_048_576, deadlineMs })
  if (typeof read === 'string') return new Response(null, { status: read === 'too_long' ? 413 : 408 })
  const body = new TextDecoder().decode(read)
  const headers = new Headers()
  for (const name of forwardedHeaders) {
    const value = request.headers.get(name)
    if (value !== null) headers.set(name, value)
  }
  const type = typeOf(body)
  try {
    const signal = AbortSignal.timeout(deadlineMs)
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal })
    await answer.body?.cancel()
    const problem = answer.ok ? null : `the receiver answered ${answer.status}`
    forwarded({ at: new Date(), type, id: null, problem })
    return new Response(null, { status: answer.status })
  } catch (error) {
    const { message, cause } = error as Error & { readonly cause?: { readonly code?: string } }
    forwarded({ at: new Date(), type, id: null, problem: `the receiver cannot be reached: ${cause?.code ?? message}` })
    return new Response(null, { status: 502 })
  }
}

/** Calendly has `event`, Cal.com `triggerEvent`. */
function typeOf(body: string): string {
  try {
    const { event, triggerEvent } = JSON.parse(body) as { event?: unknown; triggerEvent?: unknown }
    return String(event ?? triggerEvent ?? 'unknown')
  } catch {
    return 'unknown'
  }
}
