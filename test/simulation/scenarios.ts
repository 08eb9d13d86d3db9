// What happens in a history beside the running of the replicas: callers, consents, revocations, outages, restarts and
// stretches in which nothing happens. Drawn step by step.

import { setClock, setStoreClock } from './machines.ts'
import type { Rule } from './provider.ts'
import type { Replicas } from './replicas.ts'
import type { Sender } from './sender.ts'
import type { Known, People } from './workload.ts'
import type { World } from './world.ts'

export type Scene = keyof typeof scenes | keyof typeof ofEvents

export interface Cast {
  readonly rules: readonly Rule[]
  readonly accounts: readonly string[]
  readonly owners: readonly string[]
  /** Whether next to nothing happens for weeks. */
  readonly idle: boolean
  /** Whether the host application takes events. */
  readonly hears: boolean
  /** A scene to play more often, where a planted bug can only show in it. */
  readonly often: Scene | null
}

const minute = 60_000
const day = 86_400_000

const scenes = {
  herd: 30,
  call: 30,
  connect: 9,
  collision: 12,
  disconnect: 3,
  revoke: 4,
  crash: 10,
  restart: 7,
  pause: 10,
  clock: 7,
  storeClock: 4,
  storeAway: 8,
  providerAway: 6,
  clientRefused: 4,
  blackout: 6,
  crawl: 6,
  abandoned: 3,
} as const

/** What a host application without `deliverTo` has no part in. */
const ofEvents = { subscribe: 6, book: 22 } as const

/** Lets one thing happen. */
export function scene(world: World, replicas: Replicas, people: People, sender: Sender, cast: Cast): void {
  const { chance, provider, faults, scheduler } = world
  const acts: Readonly<Record<Scene, () => void>> = {
    herd: () => herd(chance.between(3, 8)),
    call: () => herd(1),
    connect: () => consent(20_000),
    // Consents while the grant is being renewed.
    collision() {
      for (let left = chance.between(1, 2); left > 0; left--) consent(chance.pick([300, 3000]))
      herd(chance.between(1, 3), true)
    },
    disconnect() {
      const known = anyConnection()
      if (known) people.disconnect(known)
    },
    revoke() {
      const [client, account] = [chance.pick(cast.rules), chance.pick(cast.accounts)]
      world.note('user', () => `revokes account ${account}`)
      provider.revokedByUser(client, account)
    },
    crash,
    restart() {
      const replica = replicas.any()
      if (replica) replicas.restart(replica)
    },
    pause() {
      const life = replicas.any()?.running?.life
      if (life) world.pausing.pause(life)
    },
    clock: () => setClock(world),
    storeClock: () => setStoreClock(world),
    storeAway() {
      const replica = chance.odds(0.4) ? null : chance.between(0, replicas.all.length - 1)
      const ms = chance.between(500, 2 * minute)
      world.note('store', () => `is away for ${ms} ms, from ${replica === null ? 'all' : `r${replica + 1}`}`)
      faults.storeAway(replica, ms)
    },
    providerAway() {
      const ms = chance.between(1000, 3 * minute)
      world.note('provider', () => `is away for ${ms} ms`)
      faults.providerAway(ms)
    },
    clientRefused() {
      const ms = chance.between(1000, 10 * minute)
      world.note('provider', () => `refuses the client for ${ms} ms`)
      faults.clientRefused(chance.pick(cast.rules), ms)
    },
    // The store goes away while a grant is being renewed, and a replica goes with it.
    blackout() {
      herd(chance.between(1, 3), true)
      scheduler.after(chance.between(5, 400), () => faults.storeAway(null, chance.between(3000, 90_000)))
      scheduler.after(chance.between(300, 30_000), crash)
    },
    // A process ends, or the store goes away, while a code is exchanged or a connection is given up.
    abandoned() {
      consent(300)
      const known = anyConnection()
      if (known && chance.odds(0.3)) scheduler.after(chance.between(0, 1000), () => people.disconnect(known))
      scheduler.after(chance.between(300, 1500), () => faults.storeAway(null, chance.between(3000, 60_000)))
      scheduler.after(chance.between(1000, 40_000), () => {
        const replica = replicas.any()
        if (replica && chance.odds(0.5)) replicas.restart(replica)
        else crash()
      })
    },
    subscribe() {
      const known = anyConnection()
      if (known) people.subscribe(known)
    },
    book() {
      for (let left = chance.between(1, 3); left > 0; left--)
        sender.book(chance.pick(cast.rules), chance.pick(cast.accounts))
    },
    // All is slow, beyond deadlines and leases, and callers keep coming.
    crawl() {
      world.note('world', () => 'all is slow for 100 s')
      faults.slow(100_000)
      for (const at of [0, 24_000, 31_000, 36_000, 42_000])
        scheduler.after(at + chance.between(0, 4000), () => herd(chance.between(2, 4), true))
    },
  }
  acts[
    cast.often && chance.odds(0.4)
      ? cast.often
      : chance.weighted(cast.hears ? { ...scenes, ...ofEvents } : { ...scenes, subscribe: 0, book: 0 })
  ]()

  function crash(): void {
    const life = replicas.any()?.running?.life
    if (life) world.crash(life)
  }

  function consent(within: number): void {
    people.connect(chance.pick(cast.rules), chance.pick(cast.accounts), chance.pick(cast.owners), within)
  }

  function herd(size: number, forced = chance.odds(0.15)): void {
    const spread = chance.pick([0, 20, 2000, 20_000])
    for (let left = size; left > 0; left--) {
      scheduler.after(chance.between(0, spread), () => {
        const replica = replicas.any()
        const target = anyConnection()
        const way = forced || chance.odds(0.7) ? 'token' : 'fetch'
        if (replica && target) void people.use(replica, target, way, forced ? 100_000_000 : 30_000)
      })
    }
  }

  function anyConnection(): Known | null {
    const all = [...people.connections.values()]
    return all.length > 0 ? chance.pick(all) : null
  }
}

/** Ms until the next thing happens: in the midst of the last one, after it, about when tokens end, or days later. */
export function pause(world: World, { rules, idle }: Cast): number {
  const { chance } = world
  const lifetime = chance.pick(rules) === 'calendly' ? 7_200_000 : 1_800_000
  switch (chance.weighted({ midst: 45, after: 22, later: 12, ending: 16, days: idle ? 150 : 3 })) {
    case 'midst':
      return chance.between(0, 800)
    case 'after':
      return chance.between(1000, 40_000)
    case 'later':
      return chance.between(minute, 8 * minute)
    case 'ending':
      return chance.between(lifetime * 0.7, lifetime * 1.1)
    case 'days':
      return chance.between(day, 12 * day)
  }
}
