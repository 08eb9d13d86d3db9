// The people and the host application's code: they connect and reconnect, use connections, disconnect. They know what
// they may expect, and say so when they get something else. Rule `callers`.

import type { Connection } from '../../src/connection.ts'
import { PunctualError } from '../../src/core/errors.ts'
import { bookingEvents } from './messages.ts'
import type { Rule } from './provider.ts'
import { baseUrl, type Replica, type Replicas } from './replicas.ts'
import type { Life, World } from './world.ts'

/** A connection that somebody was told about. */
export interface Known {
  readonly id: string
  readonly client: Rule
  readonly account: string
  readonly owner: string
}

export interface People {
  readonly connections: Map<string, Known>
  /** A person says yes within that many ms. */
  connect(client: Rule, account: string, owner: string, within: number): void
  /** Asks for a token, or calls the API with one. Resolves with whether it got what it wanted, if ever. */
  use(replica: Replica, known: Known, way: 'token' | 'fetch', minimumValidity?: number): Promise<boolean>
  disconnect(known: Known): void
  /** Asks for webhooks about bookings; those who hear, again after every connect. */
  subscribe(known: Known): void
  /** Requests under way in processes that live. */
  waiting(): string[]
}

/** Ms that a call may take where nothing hinders its process. */
const bounds = { token: 75_000, fetch: 170_000 }

/** Ms that a call waits for its turn at most. */
const patience = 30_000

export function createPeople(world: World, replicas: Replicas): People {
  const { ledger, scheduler, chance, provider } = world
  const connections = new Map<string, Known>()
  const calls = new Set<{ readonly life: Life; readonly what: string }>()

  const gone = (known: Known) => ledger.disconnected.get(known.id)?.still === true

  async function use(replica: Replica, known: Known, way: 'token' | 'fetch', minimumValidity = 30): Promise<boolean> {
    const { running } = replica
    if (!running) return false
    const { life, punctual } = running
    const call = { life, what: `${way} of ${known.id.slice(-6)} at ${life.name}` }
    const began = scheduler.now()
    const hindered = life.hindered
    calls.add(call)
    world.note(life.name, () => `is asked for ${way} of account ${known.account}`)
    try {
      const connection = await punctual.connections.get(known.id)
      const got = await (way === 'token' ? takeToken(connection) : callApi(connection))
      world.note(life.name, () => `answers the caller: ${got}`)
      return true
    } catch (error) {
      world.note(life.name, () => `fails the caller: ${error instanceof PunctualError ? error.code : String(error)}`)
      judge(error)
      return false
    } finally {
      calls.delete(call)
      const late = scheduler.now() - began - bounds[way] - (life.hindered - hindered)
      if (late > 0) ledger.breach('callers', `${call.what} took ${scheduler.now() - began} ms`)
    }

    async function takeToken(connection: Connection): Promise<string> {
      const { accessToken } = await connection.token({ minimumValidity })
      const set = provider.sets[Number(accessToken.slice(2)) - 1]
      if (set?.client !== known.client || set.account !== known.account)
        ledger.breach('callers', `a caller for account ${known.account} got ${accessToken}, of ${set?.account}`)
      if (set && set.accessEnds + 120_000 < scheduler.now())
        ledger.breach('callers', `a caller got ${accessToken}, which ended ${scheduler.now() - set.accessEnds} ms ago`)
      return accessToken
    }

    async function callApi(connection: Connection): Promise<string> {
      const answer = await connection.fetch(known.client === 'calendly' ? '/users/me' : '/v2/me')
      return String(answer.status)
    }

    function judge(error: unknown): void {
      const code = error instanceof PunctualError ? error.code : null
      if (code === 'provider_unavailable' || code === 'client_misconfigured' || code === 'store_unavailable') return
      // A call whose turn cannot come in time, or has not come in all of its time, or whose process stops and says so.
      const limited = life.limitedAt !== null && scheduler.now() - life.limitedAt <= 60_000
      const waited = scheduler.now() - began >= patience
      if (code === 'rate_limited' && (limited || waited || (error as PunctualError).reason === 'stopping')) return
      const ended = ledger.disconnected.get(known.id)
      if (code === 'connection_not_found' && ended && (ended.still || ended.at >= began)) return
      const over = [...ledger.rows.values()].some(
        (row) =>
          row.client === known.client &&
          row.account === known.account &&
          (row.status === 'over' || (row.lastOver ?? 0) >= began),
      )
      if (code === 'needs_reconnect' && over) return
      ledger.breach('callers', `${call.what} failed with ${code ?? String(error)}`)
    }
  }

  async function connect(client: Rule, account: string, owner: string, within: number): Promise<void> {
    const first = replicas.any()?.running
    if (!first) return
    const mine = [...connections.values()].find(
      (known) => known.client === client && known.account === account && known.owner === owner && !gone(known),
    )
    const connection = mine && chance.odds(0.5) ? mine.id : undefined
    world.note(first.life.name, () => `${owner} begins to connect account ${account}${connection ? ' again' : ''}`)
    const begun = await first.punctual
      .begin({ client, owner, returnTo: '/done', ...(connection && { connection }) })
      .catch(() => null)
    if (!begun) return
    const cookie = (begun.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    scheduler.after(chance.between(10, within), () => {
      const back = provider.consent(begun.url, account, owner)
      world.note(owner, () => `says yes for account ${account}`)
      for (let times = chance.odds(0.15) ? 2 : 1; times > 0; times--)
        scheduler.after(chance.between(10, 500), () => void finish(back, cookie, { client, account, owner }))
    })
  }

  async function finish(back: string, cookie: string, who: Pick<Known, 'client' | 'account' | 'owner'>): Promise<void> {
    const running = replicas.any()?.running
    if (!running) return
    const call = { life: running.life, what: `the callback of ${who.owner} at ${running.life.name}` }
    calls.add(call)
    const request = new Request(back, { headers: { cookie, 'x-owner': who.owner } })
    const answer = await running.punctual.handler(request).catch((error: unknown) => String(error))
    calls.delete(call)
    if (typeof answer === 'string') return ledger.breach('callers', `${call.what} failed with ${answer}`)
    const outcome = new URL(answer.headers.get('location') ?? baseUrl).searchParams
    world.note(running.life.name, () => `sends ${who.owner} back: ${answer.status} ${outcome}`)
    const id = outcome.get('connection')
    if (!id) return
    connections.set(id, { ...who, id })
    if (world.hears && chance.odds(0.7)) void subscribe({ ...who, id })
  }

  async function disconnect(known: Known): Promise<void> {
    const running = replicas.any()?.running
    if (!running) return
    world.note(running.life.name, () => `is asked to disconnect account ${known.account}`)
    const connection = await running.punctual.connections.get(known.id).catch(() => null)
    await connection?.disconnect().then(
      ({ revoked }) => world.note(running.life.name, () => `has disconnected, revoked: ${revoked}`),
      () => {},
    )
  }

  async function subscribe(known: Known): Promise<void> {
    const running = replicas.any()?.running
    if (!running) return
    const events = bookingEvents[known.client].slice(0, chance.odds(0.85) ? 2 : 1)
    world.note(running.life.name, () => `is asked to subscribe account ${known.account} to ${events.join(' and ')}`)
    await running.punctual.webhooks.subscribe(known.id, events).then(
      ({ state }) => world.note(running.life.name, () => `has subscribed: ${state}`),
      (error: unknown) => {
        const code = error instanceof PunctualError ? error.code : null
        world.note(running.life.name, () => `has not subscribed: ${code ?? String(error)}`)
        if (code === null || code === 'provider_refused' || code === 'insufficient_scope')
          ledger.breach('callers', `subscribing account ${known.account} failed with ${code ?? String(error)}`)
      },
    )
  }

  return {
    connections,
    subscribe: (known) => void subscribe(known),
    connect: (...who) => void connect(...who),
    use,
    disconnect: (known) => void disconnect(known),
    waiting: () => [...calls].filter(({ life }) => !life.ended).map(({ what }) => what),
  }
}
