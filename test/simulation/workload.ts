// The people and the host application's code around them: they connect and reconnect, subscribe, disconnect.

import { PunctualError } from '../../src/core/errors.ts'
import { type Callers, createCallers } from './callers.ts'
import { bookingEvents } from './messages.ts'
import type { Rule } from './provider.ts'
import { baseUrl, type Replicas } from './replicas.ts'
import { request } from './requests.ts'
import type { World } from './world.ts'

/** A connection that somebody was told about. */
export interface Known {
  readonly id: string
  readonly client: Rule
  readonly account: string
  readonly owner: string
}

export interface People extends Pick<Callers, 'use' | 'waiting'> {
  readonly connections: Map<string, Known>
  /** A person says yes within that many ms. */
  connect(client: Rule, account: string, owner: string, within: number): void
  disconnect(known: Known): void
  /** Asks for webhooks about bookings; those who hear, again after every connect. */
  subscribe(known: Known): void
}

export function createPeople(world: World, replicas: Replicas): People {
  const { ledger, scheduler, chance, provider } = world
  const connections = new Map<string, Known>()
  const callers = createCallers(world)

  const gone = (known: Known) => ledger.disconnected.get(known.id)?.still === true

  async function connect(client: Rule, account: string, owner: string, within: number): Promise<void> {
    const running = replicas.any()?.running
    if (!running) return
    const { life, punctual } = running
    const mine = [...connections.values()].find(
      (known) => known.client === client && known.account === account && known.owner === owner && !gone(known),
    )
    const connection = mine && chance.odds(0.5) ? mine.id : undefined
    const begun = await request(world, running, () => {
      world.note(life.name, () => `${owner} begins to connect account ${account}${connection ? ' again' : ''}`)
      return punctual.begin({ client, owner, returnTo: '/done', ...(connection && { connection }) }).catch(() => null)
    })
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
    const { life, punctual } = running
    const what = `the callback of ${who.owner} at ${life.name}`
    const headers = { cookie, 'x-owner': who.owner }
    const returns = () => punctual.handler(new Request(back, { headers })).catch((error: unknown) => String(error))
    const answer = await callers.watch(life, what, request(world, running, returns))
    if (typeof answer === 'string') return ledger.breach('callers', `${what} failed with ${answer}`)
    const outcome = new URL(answer.headers.get('location') ?? baseUrl).searchParams
    world.note(life.name, () => `sends ${who.owner} back: ${answer.status} ${outcome}`)
    const id = outcome.get('connection')
    if (!id) return
    connections.set(id, { ...who, id })
    if (world.hears && chance.odds(0.7)) void subscribe({ ...who, id })
  }

  async function disconnect(known: Known): Promise<void> {
    const running = replicas.any()?.running
    if (!running) return
    const { life, punctual } = running
    await request(world, running, async () => {
      world.note(life.name, () => `is asked to disconnect account ${known.account}`)
      const connection = await punctual.connections.get(known.id).catch(() => null)
      await connection?.disconnect().then(
        ({ revoked }) => world.note(life.name, () => `has disconnected, revoked: ${revoked}`),
        () => {},
      )
    })
  }

  async function subscribe(known: Known): Promise<void> {
    const running = replicas.any()?.running
    if (!running) return
    const { life, punctual } = running
    const events = bookingEvents[known.client].slice(0, chance.odds(0.85) ? 2 : 1)
    await request(world, running, async () => {
      world.note(life.name, () => `is asked to subscribe account ${known.account} to ${events.join(' and ')}`)
      await punctual.webhooks.subscribe(known.id, events).then(
        ({ state }) => world.note(life.name, () => `has subscribed: ${state}`),
        (error: unknown) => {
          const code = error instanceof PunctualError ? error.code : null
          world.note(life.name, () => `has not subscribed: ${code ?? String(error)}`)
          if (code === null || code === 'provider_refused' || code === 'insufficient_scope')
            ledger.breach('callers', `subscribing account ${known.account} failed with ${code ?? String(error)}`)
        },
      )
    })
  }

  return {
    connections,
    use: callers.use,
    waiting: callers.waiting,
    subscribe: (known) => void subscribe(known),
    connect: (...who) => void connect(...who),
    disconnect: (known) => void disconnect(known),
  }
}
