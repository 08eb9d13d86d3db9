// A host application with a provider that has bookings, and processes of it that can die at any step.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Clock } from '../../src/core/clock.ts'
import type { Fetch } from '../../src/core/http.ts'
import type { Store } from '../../src/core/store/store.ts'
import { type Connection, createPunctual, type Punctual } from '../../src/index.ts'
import { defineProvider } from '../../src/providers/index.ts'
import { type Scheduling, scheduling } from '../../src/scheduling/index.ts'
import { memory } from '../../src/store/memory.ts'
import { type BookingKind, type BookingPlace, createBookingPlace, placeScheduling } from '../support/booking-place.ts'
import { cookieOf, locationOf } from '../support/host.ts'
import { type IdleClock, idleClock } from '../support/idle-clock.ts'
import { baseUrl, testKey } from '../support/settings.ts'

const origin = 'https://auth.small.example'

/** What becomes of a request to the API that changes something. `lost`: it is carried out, and its answer is lost. */
export type Fate = 'fine' | 'lost' | 'never_arrives' | 'never_leaves' | 'server_error' | 'limited' | 'refused' | 'hangs'

/** Counts the steps of a process: operations of the store on bookings, and requests to the API. */
export interface Life {
  steps: number
  /** The step at which it dies: it does nothing more, for ever. */
  readonly diesAt: number
  /** Whether that step still takes effect. */
  readonly takesEffect: boolean
  /** Called before and after each step: what happens while the process is suspended there. */
  readonly before?: (what: string) => Promise<void> | void
  readonly after?: (what: string) => Promise<void> | void
}

export interface BookingHost {
  readonly clock: IdleClock
  readonly store: Store
  readonly place: BookingPlace
  /** Decides about each request that changes something, such as `POST /bookings`; of `POST /token`, whether it is refused. */
  fate: (request: string) => Fate
  /** The response to a request that reads, such as `GET /bookings`; `null`: the provider's own. */
  reading: (request: string) => Response | null
  /** The requests that reached the provider since the last call of this function. */
  asked(): string[]
  advance(ms: number): void
  /** One more process of the application, on the same store; optionally with other keys, or without the client. */
  process(life?: Life | null, options?: { readonly key?: string; readonly hasClient?: boolean }): Process
  connection: string
}

export interface Process {
  readonly punctual: Punctual
  connection(): Promise<Connection>
  calendar(): Promise<Scheduling>
}

export async function startBookingHost(t: Pick<TestContext, 'after'>, kind: BookingKind): Promise<BookingHost> {
  let now = Date.UTC(2030, 0, 1)
  const clock = idleClock({
    now: () => now,
    advance(seconds) {
      now += seconds * 1000
    },
  })
  const store = memory()
  const place = createBookingPlace(() => now, kind, 'small')
  const small = defineProvider({
    name: 'small',
    issuer: origin,
    authorizationEndpoint: `${origin}/authorize`,
    tokenEndpoint: `${origin}/token`,
    apiBase: `${origin}/api`,
    clientAuthentication: 'client_secret_post',
    identify: async () => ({ id: 'eve', name: null, email: null, timeZone: null }),
    scheduling: placeScheduling(kind),
    meaning: ({ json }) => {
      const { reason } = (json ?? {}) as { reason?: 'slot_taken' }
      return reason ? { kind: 'refused', reason } : { kind: 'other' }
    },
  })
  let asked: string[] = []
  const fetching = async (input: string | URL, init: RequestInit = {}): Promise<Response> => {
    const path = new URL(input).pathname
    if (path === '/token') {
      if (host.fate('POST /token') === 'refused') return Response.json({ error: 'invalid_grant' }, { status: 400 })
      return Response.json({ access_token: 'at', refresh_token: 'rt', token_type: 'bearer', expires_in: 86_400 })
    }
    const method = init.method ?? 'GET'
    const below = path.replace('/api', '')
    const request = `${method} ${below}`
    const fate = method === 'GET' ? 'fine' : host.fate(request)
    if (fate === 'never_leaves') throw failed('ECONNREFUSED', 'connect')
    if (fate === 'never_arrives') throw failed('ECONNRESET', 'read')
    if (fate === 'hangs') return new Promise(() => {})
    const told = method === 'GET' ? host.reading(request) : null
    if (told) return told
    asked.push(request)
    if (fate === 'refused') return Response.json({ reason: 'not_permitted' }, { status: 403 })
    if (fate === 'limited') return Response.json({}, { status: 429, headers: { 'retry-after': '7' } })
    const { status, body } = place.handle(method, below, init.body ? JSON.parse(String(init.body)) : null)
    if (fate === 'lost') throw failed('ECONNRESET', 'read')
    return fate === 'server_error' ? Response.json({}, { status: 503 }) : Response.json(body, { status })
  }
  const host: BookingHost = {
    clock,
    store,
    place,
    fate: () => 'fine',
    reading: () => null,
    connection: '',
    asked() {
      const seen = asked
      asked = []
      return seen
    },
    advance(ms) {
      now += ms
    },
    process(life = null, { key = testKey, hasClient = true } = {}) {
      const punctual = createPunctual({
        baseUrl,
        keys: [key],
        store: life ? dyingStore(store, life) : store,
        journal: null,
        clock: life ? dyingClock(clock, life) : clock,
        fetch: life ? dyingFetch(fetching, life) : fetching,
        clients: [
          small({ clientId: 'app', clientSecret: 'secret', scopes: ['all'], ...(hasClient ? {} : { id: 'other' }) }),
        ],
        currentOwner: () => 'ada',
      })
      if (!life) t.after(() => punctual.stop())
      const connection = () => punctual.connections.get(host.connection)
      return { punctual, connection, calendar: async () => scheduling(await connection()) }
    },
  }
  host.connection = await connect(host.process().punctual)
  return host
}

async function connect(punctual: Punctual): Promise<string> {
  const { url, headers } = await punctual.begin({ client: 'small', owner: 'ada', returnTo: '/done' })
  const callback = `${baseUrl}/callback/small?code=eve&state=${url.searchParams.get('state')}`
  const request = new Request(callback, { headers: { cookie: cookieOf(headers) } })
  return locationOf(await punctual.handler(request)).searchParams.get('connection') ?? ''
}

function failed(code: string, syscall: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code, syscall }) })
}

async function step<Result>(life: Life, what: string, work: () => Promise<Result>): Promise<Result> {
  await life.before?.(what)
  life.steps++
  const isLast = life.steps === life.diesAt
  if (life.steps > life.diesAt || (isLast && !life.takesEffect)) return new Promise(() => {})
  const result = await work()
  if (!isLast) await life.after?.(what)
  return isLast ? new Promise(() => {}) : result
}

/** No timer rings in a process that has died. */
function dyingClock(clock: Clock, life: Life): Clock {
  return {
    ...clock,
    async sleep(ms, signal) {
      await clock.sleep(ms, signal)
      if (life.steps >= life.diesAt) await new Promise(() => {})
    },
  }
}

function dyingFetch(fetch: Fetch, life: Life): Fetch {
  return (input, init) =>
    new URL(input).pathname.startsWith('/api')
      ? step(life, `${init?.method ?? 'GET'} ${input}`, () => fetch(input, init))
      : fetch(input, init)
}

function dyingStore(store: Store, life: Life): Store {
  const table = <Table extends object>(operations: Table): Table =>
    Object.fromEntries(
      Object.entries(operations).map(([name, operation]) => [
        name,
        (...values: unknown[]) => step(life, name, () => operation(...values)),
      ]),
    ) as Table
  return { ...store, bookingKeys: table(store.bookingKeys), bookingLinks: table(store.bookingLinks) }
}

/** A process that does not die, and that something happens to on its way. */
export function livingWith(hooks: Pick<Life, 'before' | 'after'>): Life {
  return { steps: 0, diesAt: Number.POSITIVE_INFINITY, takesEffect: true, ...hooks }
}

/** Calls again as the errors ask for it, until it succeeds or fails for good. */
export async function untilSettled<Result>(
  host: Pick<BookingHost, 'advance'>,
  call: () => Promise<Result>,
  isSettled: (result: Result) => boolean = () => true,
): Promise<Result> {
  for (let tries = 0; tries < 20; tries++) {
    try {
      const result = await call()
      if (isSettled(result)) return result
      host.advance(90_000)
    } catch (error) {
      const { retryable, retryAfterMs = 1000 } = error as { retryable?: boolean; retryAfterMs?: number }
      if (!retryable) throw error
      host.advance(retryAfterMs)
    }
  }
  throw new Error('it never settles')
}

/** Lets a process do its background work for so long, with a round every two minutes. Returns the faults it reports. */
export async function runBackground(
  host: BookingHost,
  ms: number,
  { punctual }: Pick<Process, 'punctual'> = host.process(),
): Promise<string[]> {
  const faults: string[] = []
  punctual.on((event) => {
    if (event.type === 'fault') faults.push(event.message)
  })
  punctual.start()
  const until = host.clock.now() + ms
  while (host.clock.now() < until) {
    host.advance(105_000)
    await host.clock.sleep(15_000)
  }
  await punctual.stop()
  return faults
}

interface Death {
  /** What the process does until it dies. */
  call(): Promise<unknown>
  /** What must hold then. `place` names the step. */
  after(place: string): Promise<void>
}

/** Begins again and again, and lets a process die one step later each time: before the step takes effect, and after it. */
export async function diesAtEveryStep(begin: (life: Life) => Promise<Death>): Promise<void> {
  let deaths = 0
  for (const takesEffect of [false, true]) {
    for (let diesAt = 1; ; diesAt++) {
      const { call, after } = await begin({ steps: 0, diesAt, takesEffect })
      if (await Promise.race([call().then(() => true), untilIdle()])) break
      deaths++
      await after(`step ${diesAt}, ${takesEffect ? 'done' : 'not done'}`)
    }
  }
  assert.ok(deaths >= 8, `it died ${deaths} times`)
}

/** Resolves when the process does nothing more. */
async function untilIdle(): Promise<false> {
  for (let turns = 0; turns < 60; turns++) await new Promise((resolve) => setImmediate(resolve))
  return false
}
