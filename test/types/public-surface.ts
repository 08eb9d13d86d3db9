// What the compiler says about the public surface: what is meant to compile does, and a slip of the pen does not.
// Compiled with everything else, never run.

import {
  type AccessToken,
  type BeginRequest,
  type Client,
  type Clock,
  type Connection,
  createPunctual,
  type DeliveredEvent,
  type DeliverTo,
  type ErrorCode,
  type ErrorReasons,
  type EventsRequest,
  type Fault,
  type Fetch,
  failureOf,
  type GrantEnd,
  type KeepWarm,
  type OutboxState,
  type Punctual,
  PunctualError,
  type PunctualEvent,
  type PunctualOptions,
  type Random,
  type Store,
  type SubscriptionState,
  type WebhookName,
  type WebhookSubscription,
} from '../../src/index.ts'
import { nodeListener } from '../../src/node.ts'
import {
  type ApiAnswer,
  type ApiCall,
  type ApiMeaning,
  type CalendlyWebhookBodies,
  type ClientAuthentication,
  calcom,
  calendly,
  defineProvider,
  type ListPage,
  type ProviderDefinition,
  type RateLimits,
  type RateReading,
  type Sample,
  type SpecialLimit,
  type TokenAnswer,
} from '../../src/providers/index.ts'
import { memory } from '../../src/store/memory.ts'
import { postgres } from '../../src/store/postgres.ts'
import { sqlite } from '../../src/store/sqlite.ts'

/** Compiles if both types are the same. */
type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : never

const app = { clientId: 'id', clientSecret: 'secret', scopes: ['users:read'] }
const store: Store = memory()
const required = { baseUrl: 'https://app.example.com/integrations', keys: ['key'], store }

export async function idsAreKnown(): Promise<void> {
  const punctual = createPunctual({ ...required, clients: [calendly(app), calcom({ ...app, id: 'work' })] })
  await punctual.begin({ client: 'calendly', owner: 'ada', returnTo: '/' })
  await punctual.begin({ client: 'work', owner: 'ada', returnTo: new URL('https://app.example.com/') })
  // @ts-expect-error no client has this id
  await punctual.begin({ client: 'calendy', owner: 'ada', returnTo: '/' })
  // @ts-expect-error the client of Cal.com has an id of its own
  await punctual.begin({ client: 'calcom', owner: 'ada', returnTo: '/' })
  // @ts-expect-error an owner is needed
  await punctual.begin({ client: 'work', returnTo: '/' })
  // @ts-expect-error it is called scopes
  await punctual.begin({ client: 'work', owner: 'ada', returnTo: '/', scope: [] })
  // A client that is no longer configured still has its connections.
  await punctual.connections.list({ client: 'of-last-year', status: 'active', limit: 10 })
  // @ts-expect-error not a status
  await punctual.connections.list({ status: 'gone' })
  // @ts-expect-error it is called owner
  await punctual.connections.get('connection_1', { ownr: 'ada' })
  takesAnyPunctual(punctual)
  nodeListener(punctual)
  // @ts-expect-error what createPunctual returns, not its handler
  nodeListener(punctual.handler)
}

/** `Punctual` alone is a type for every one of them. */
function takesAnyPunctual(punctual: Punctual): Promise<unknown> {
  return punctual.begin({ client: 'any', owner: 'ada', returnTo: '/' })
}

export async function webhooksAreKnown(connection: Connection): Promise<void> {
  const one = createPunctual({ ...required, clients: [calendly(app)] })
  await one.webhooks.subscribe(connection, ['invitee.created', 'invitee.canceled'])
  await one.webhooks.subscribe(connection.id, ['invitee.created'], { scope: 'organization', owner: 'ada' })
  // @ts-expect-error misspelt
  await one.webhooks.subscribe(connection, ['invitee.craeted'])
  // @ts-expect-error an event of Cal.com, which is not among the clients
  await one.webhooks.subscribe(connection, ['BOOKING_CREATED'])
  // @ts-expect-error it is called scope
  await one.webhooks.subscribe(connection, ['invitee.created'], { scop: 'user' })
  const both = createPunctual({ ...required, clients: [calendly(app), calcom({ ...app, id: 'work' })] })
  await both.webhooks.subscribe(connection, ['invitee.created'])
  await both.webhooks.subscribe(connection, ['BOOKING_CREATED'])
  const [subscription]: WebhookSubscription[] = await both.webhooks.list(connection)
  const state: SubscriptionState | undefined = subscription?.state
  // @ts-expect-error not a state
  if (state === 'standing') return
}

export function bodiesAreKnown(): void {
  createPunctual({
    ...required,
    clients: [calendly(app), calcom({ ...app, id: 'work' })],
    deliverTo: async (event, { acknowledge, signal }) => {
      if (event.type !== 'webhook.received' || signal.aborted) return
      if (event.client === 'work') {
        // @ts-expect-error an event of the other client
        if (event.name === 'invitee.created') return
      }
      if (event.name === 'invitee.created') {
        const start: string = event.body.payload.scheduled_event.start_time
        const client: 'calendly' = event.client
        // @ts-expect-error Calendly writes start_time
        const none: string = event.body.payload.scheduled_event.startTime
        void [start, client, none]
      }
      if (event.name === 'BOOKING_RESCHEDULED') {
        const { uid, rescheduleUid } = event.body.payload
        void [uid.length, rescheduleUid]
      }
      // @ts-expect-error its body is not documented
      if (event.name === 'BOOKING_PAID') event.body.payload
      await acknowledge()
    },
  })
}

/** Functions and types that know nothing of the clients stay usable. */
export function clientsMayBeUnknown(clients: Client[], deliverTo: DeliverTo): Punctual {
  const takes = (event: DeliveredEvent): void => {
    // @ts-expect-error it may be anything
    if (event.type === 'webhook.received') event.body.payload
  }
  createPunctual({ ...required, clients: [calendly(app)], deliverTo: takes })
  createPunctual({ ...required, clients: [calendly(app)], deliverTo })
  createPunctual({ ...required, clients, deliverTo: { handler: takes, types: ['webhook.received'] } })
  // @ts-expect-error not a type of event
  createPunctual({ ...required, clients, deliverTo: { handler: takes, types: ['connection.made'] } })
  // @ts-expect-error an address needs its secrets
  createPunctual({ ...required, clients, deliverTo: { url: 'https://app.example.com' } })
  const options: PunctualOptions = { ...required, clients, keepWarm: 'always', journal: null }
  const request: BeginRequest = { client: 'any', owner: 'ada', returnTo: '/' }
  const known: Same<WebhookName<Client<'a', CalendlyWebhookBodies>>, keyof CalendlyWebhookBodies> = true
  void [request, known]
  return createPunctual(options)
}

export function optionsAreKnown(): void {
  const clients = [calendly(app)]
  // @ts-expect-error misspelt
  createPunctual({ ...required, clients, baseURL: 'https://app.example.com' })
  // @ts-expect-error not one of the three
  createPunctual({ ...required, clients, keepWarm: 'sometimes' })
  // @ts-expect-error an owner is a text
  createPunctual({ ...required, clients, currentOwner: () => 42 })
  // @ts-expect-error misspelt
  postgres({ url: 'postgres://localhost/punctual', conections: 3 })
  // @ts-expect-error no such option
  sqlite('punctual.db', { file: 'x' })
  // @ts-expect-error no such option
  memory({ size: 1 })
  // @ts-expect-error misspelt
  calendly({ ...app, clientID: 'x' })
}

export async function connectionsAreKnown(connection: Connection): Promise<void> {
  const token: AccessToken = await connection.token({ minimumValidityMs: 60_000 })
  token.accessToken.toUpperCase()
  // @ts-expect-error it has a unit in its name
  await connection.token({ minimumValidity: 60 })
  await connection.fetch('/users/me', { method: 'POST', body: '{}', deadlineMs: 1000, headers: { accept: '*/*' } })
  // @ts-expect-error a plain object would be sent as [object Object]
  await connection.fetch('/users/me', { method: 'POST', body: { name: 'Ada' } })
  // @ts-expect-error it is called deadlineMs
  await connection.fetch('/users/me', { timeout: 1000 })
  for await (const item of connection.pages<{ uri: string }>('/event_types', { background: true })) item.uri.trim()
  // @ts-expect-error lists are only read
  connection.pages('/event_types', { method: 'POST' })
  const reason: GrantEnd | null = connection.reason
  // @ts-expect-error not a reason
  if (reason === 'expired') return
  const { notRevoked, remainingWebhooks } = await connection.disconnect()
  // @ts-expect-error not a reason
  if (notRevoked[0]?.reason === 'gone') return
  const code: ErrorCode | undefined = remainingWebhooks[0]?.reason
  void code
}

export function reasonsFollowCodes(error: unknown): string | undefined {
  if (!(error instanceof PunctualError)) return undefined
  switch (error.code) {
    case 'needs_reconnect': {
      const reason: 'refused' | 'outcome_unknown' | 'no_refresh_token' | undefined = error.reason
      // @ts-expect-error a reason of another code
      if (error.reason === 'slot_taken') return undefined
      return reason
    }
    case 'store_unavailable':
      // An SQLSTATE is as good as any of ours.
      return error.reason === '57P01' ? 'restart' : error.reason
    case 'rate_limited':
      return String(error.retryAfterMs)
    case 'event_not_dead':
      return error.reason
    // @ts-expect-error not a code
    case 'invalid_option':
      return undefined
    default: {
      // @ts-expect-error handled above
      if (error.code === 'needs_reconnect') return undefined
      return error.message
    }
  }
}

export function errorsAreMade(): PunctualError[] {
  const one: PunctualError<'provider_refused'> = new PunctualError('provider_refused', 'No.', { reason: 'slot_taken' })
  // @ts-expect-error a reason of another code
  new PunctualError('provider_refused', 'No.', { reason: 'outcome_unknown' })
  const reasons: Same<ErrorReasons['connection_not_found'], never> = true
  void [reasons, failureOf(new Response())?.code]
  return [one]
}

export function eventsAreKnown(punctual: Punctual): () => void {
  const request: EventsRequest = { state: 'dead' satisfies OutboxState }
  void punctual.events.list(request)
  // @ts-expect-error not a state
  void punctual.events.list({ state: 'lost' })
  return punctual.on((event: PunctualEvent) => {
    if (event.type === 'webhook.refused' && event.reason === 'bad_signature') return
    // @ts-expect-error not a reason
    if (event.type === 'webhook.renewed' && event.reason === 'rotated') return
    if (event.type !== 'fault') return
    const fault: Fault = event
    if (fault.code === 'value_unreadable' && fault.reason === 'damaged') return
    // @ts-expect-error a reason of another code
    if (fault.code === 'value_unreadable' && fault.reason === 'ECONNREFUSED') return
    if (fault.code === 'deliver_to_failed' && fault.reason === 'TypeError') return
  })
}

export function whatComesFromOutside(): PunctualOptions {
  const fetch: Fetch = (input, init) => globalThis.fetch(input, init)
  const clock: Pick<Clock, 'now'> = { now: () => Date.now() }
  const random: Random = (bytes) => new Uint8Array(bytes)
  const keepWarm: KeepWarm = 'never'
  return { ...required, clients: [calendly(app)], fetch, clock, random, keepWarm, waitUntil: () => {} }
}

/** A provider can be written with the types of `punctual/providers` alone. */
export async function ownProvider(): Promise<void> {
  const sample: Sample = { title: 'Me', path: (account) => `/users/${account.id}` }
  const special: SpecialLimit = { method: 'POST', path: '/bookings', spans: [{ calls: 1, seconds: 60 }] }
  const reading: RateReading = { limit: 1, remaining: 1, reset: 1 }
  const rate: Pick<RateLimits, 'read'> = { read: () => reading }
  const clientAuthentication: ClientAuthentication = 'client_secret_post'
  const meaning = ({ status }: ApiAnswer): ApiMeaning => (status === 401 ? { kind: 'token_ended' } : { kind: 'other' })
  const page: ListPage = { items: [], next: null }
  const identify = async (answer: TokenAnswer, call: ApiCall) => {
    const { json } = await call('/me')
    return { id: String(json ?? answer.expiresInMs), name: null, email: null, timeZone: null }
  }
  const definition: ProviderDefinition<'acme'> = {
    name: 'acme',
    issuer: 'https://acme.example',
    authorizationEndpoint: 'https://acme.example/authorize',
    tokenEndpoint: 'https://acme.example/token',
    apiBase: 'https://api.acme.example',
    scopes: ['calendar'],
    samples: [sample],
    rate: { ...rate, special: [special] },
    paging: () => page,
    clientAuthentication,
    meaning,
    identify,
  }
  // @ts-expect-error misspelt
  defineProvider({ ...definition, tokenURL: 'https://acme.example/token' })
  // @ts-expect-error an account has four members
  defineProvider({ ...definition, identify: async () => ({ id: '1' }) })
  const acme = defineProvider(definition)
  const punctual = createPunctual({ ...required, clients: [acme(app), acme({ ...app, id: 'acme-eu' })] })
  await punctual.begin({ client: 'acme', owner: 'ada', returnTo: '/' })
  await punctual.begin({ client: 'acme-eu', owner: 'ada', returnTo: '/' })
  // @ts-expect-error no client has this id
  await punctual.begin({ client: 'amce', owner: 'ada', returnTo: '/' })
  // The events of such a provider are not known to the compiler.
  await punctual.webhooks.subscribe('connection_1', ['booking.made'])
}
