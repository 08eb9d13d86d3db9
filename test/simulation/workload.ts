// The users, and the host application's code around them: they connect and reconnect, subscribe to webhooks, disconnect.

import { PunctualError } from '../../src/core/errors.ts'
import { type Callers, createCallers } from './callers.ts'
import type { ClientName } from './provider.ts'
import { baseUrl, type Replicas } from './replicas.ts'
import { request } from './requests.ts'
import { bookingEvents } from './webhook-messages.ts'
import type { World } from './world.ts'

/** A connection whose id the host application has received. */
export interface KnownConnection {
  readonly id: string
  readonly client: ClientName
  readonly account: string
  readonly owner: string
}

export interface Workload extends Pick<Callers, 'use' | 'waiting' | 'watch'> {
  readonly connections: Map<string, KnownConnection>
  /** A user gives consent within that many ms. */
  connect(client: ClientName, account: string, owner: string, withinMs: number): void
  disconnect(known: KnownConnection): void
  /** Asks for webhooks about bookings. A host application that takes events asks again after every connect. */
  subscribe(known: KnownConnection): void
}

interface Setting {
  readonly world: World
  readonly replicas: Replicas
  readonly callers: Callers
  readonly connections: Map<string, KnownConnection>
}

export function createWorkload(world: World, replicas: Replicas): Workload {
  const connections = new Map<string, KnownConnection>()
  const callers = createCallers(world)
  const setting = { world, replicas, callers, connections }
  return {
    connections,
    use: callers.use,
    waiting: callers.waiting,
    watch: callers.watch,
    subscribe: (known) => void subscribe(setting, known),
    connect: (client, account, owner, withinMs) => void connect(setting, { client, account, owner }, withinMs),
    disconnect: (known) => void disconnect(setting, known),
  }
}

async function connect(setting: Setting, user: Omit<KnownConnection, 'id'>, withinMs: number): Promise<void> {
  const { world, replicas, connections } = setting
  const { checker, scheduler, random, provider } = world
  const { client, account, owner } = user
  const running = replicas.any()?.running
  if (!running) return
  const { process, punctual } = running
  const existing = [...connections.values()].find(
    (known) =>
      known.client === client &&
      known.account === account &&
      known.owner === owner &&
      checker.disconnected.get(known.id)?.still !== true,
  )
  const connection = existing && random.odds(0.5) ? existing.id : undefined
  const begun = await request(world, running, () => {
    world.note(process.name, () => `${owner} begins to connect account ${account}${connection ? ' again' : ''}`)
    return punctual.begin({ client, owner, returnTo: '/done', ...(connection && { connection }) }).catch(() => null)
  })
  if (!begun) return
  const cookie = (begun.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  scheduler.after(random.between(10, withinMs), () => {
    const callback = provider.consent(begun.url, account, owner)
    world.note(owner, () => `gives consent for account ${account}`)
    for (let times = random.odds(0.15) ? 2 : 1; times > 0; times--)
      scheduler.after(random.between(10, 500), () => void finish(setting, callback, cookie, user))
  })
}

async function finish(
  setting: Setting,
  callback: string,
  cookie: string,
  user: Omit<KnownConnection, 'id'>,
): Promise<void> {
  const { world, replicas, callers, connections } = setting
  const running = replicas.any()?.running
  if (!running) return
  const { process, punctual } = running
  const what = `the callback of ${user.owner} at ${process.name}`
  const headers = { cookie, 'x-owner': user.owner }
  const handle = () => punctual.handler(new Request(callback, { headers })).catch((error: unknown) => String(error))
  const answer = await callers.watch(process, what, request(world, running, handle))
  if (typeof answer === 'string') return world.checker.reportViolation('callers', `${what} failed with ${answer}`)
  const outcome = new URL(answer.headers.get('location') ?? baseUrl).searchParams
  world.note(process.name, () => `redirects ${user.owner}: ${answer.status} ${outcome}`)
  const id = outcome.get('connection')
  if (!id) return
  const known = { ...user, id }
  connections.set(id, known)
  if (world.takesEvents && world.random.odds(0.7)) void subscribe(setting, known)
}

async function disconnect({ world, replicas }: Setting, known: KnownConnection): Promise<void> {
  const running = replicas.any()?.running
  if (!running) return
  const { process, punctual } = running
  await request(world, running, async () => {
    world.note(process.name, () => `is asked to disconnect account ${known.account}`)
    const connection = await punctual.connections.get(known.id).catch(() => null)
    await connection?.disconnect().then(
      ({ revoked }) => {
        world.checker.disconnected.get(known.id)?.knownSince.set(process, world.scheduler.now())
        world.note(process.name, () => `has disconnected, revoked: ${revoked}`)
      },
      () => {},
    )
  })
}

async function subscribe({ world, replicas }: Setting, known: KnownConnection): Promise<void> {
  const running = replicas.any()?.running
  if (!running) return
  const { process, punctual } = running
  const events = bookingEvents(known.client).slice(0, world.random.odds(0.85) ? undefined : 1)
  await request(world, running, async () => {
    world.note(process.name, () => `is asked to subscribe account ${known.account} to ${events.join(' and ')}`)
    await punctual.webhooks.subscribe(known.id, events).then(
      ({ state }) => world.note(process.name, () => `has subscribed: ${state}`),
      (error: unknown) => {
        const code = error instanceof PunctualError ? error.code : null
        const shown = code ?? String(error)
        world.note(process.name, () => `has not subscribed: ${shown}`)
        if (code === null || code === 'provider_refused' || code === 'insufficient_scope')
          world.checker.reportViolation('callers', `subscribing account ${known.account} failed with ${shown}`)
      },
    )
  })
}
