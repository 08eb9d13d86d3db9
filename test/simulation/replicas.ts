// The replicas: each runs the production code, put together as a host application does, and starts again after a crash
// or a stop with what its disk has kept.

import type { Store } from '../../src/core/store.ts'
import type { KeepWarm } from '../../src/keeper/due.ts'
import { createPunctual, type Punctual } from '../../src/punctual.ts'
import { createApplication } from './application.ts'
import { clockSeam } from './clock-seam.ts'
import { simulatedKey } from './custody.ts'
import { journalSeam } from './journal-seam.ts'
import type { Mutation } from './mutation.ts'
import { networkSeam } from './network-seam.ts'
import { type Rule, simulatedClients } from './provider.ts'
import { storeSeam } from './store-seam.ts'
import type { Hearing } from './told.ts'
import type { Life, World } from './world.ts'

export const baseUrl = 'https://app.test/integrations'

export interface Replica {
  readonly index: number
  /** `null` while it is down. */
  running: { readonly life: Life; readonly punctual: Punctual; stopping: boolean } | null
}

export interface Replicas {
  readonly all: readonly Replica[]
  /** Whether each of them runs its keeper from the beginning. */
  readonly kept: boolean
  /** One that takes requests, if any does. */
  any(): Replica | null
  start(replica: Replica): void
  /** Ends that process; it is started again a while later. */
  crash(life: Life): void
  /** Stops it as a deployment does, and starts it again. */
  restart(replica: Replica): void
}

export interface Fleet {
  readonly size: number
  readonly rules: readonly Rule[]
  readonly keepWarm: KeepWarm
  readonly mutation: Mutation | null
  readonly hearing: Hearing
}

export function createReplicas(
  world: World,
  store: Store,
  { size, rules, keepWarm, mutation, hearing }: Fleet,
): Replicas {
  const { chance, scheduler, ledger } = world
  const all: Replica[] = Array.from({ length: size }, (_, index) => ({ index, running: null }))
  const skews = all.map(() => (chance.odds(0.3) ? 0 : chance.between(-300_000, 300_000)))
  const keeping = all.map(() => chance.odds(0.7))
  const lives = all.map(() => 0)
  for (const _ of all) ledger.custody.journals.push(new Map())
  const clients = rules.map((rule) => {
    const client = simulatedClients[rule]
    return mutation?.client?.(client, world.provider) ?? client
  })

  const application = createApplication(world, hearing)
  const shared = mutation?.shared?.(store) ?? store

  function start(replica: Replica): void {
    const { index } = replica
    if (replica.running) return
    lives[index] = (lives[index] ?? 0) + 1
    const life: Life = {
      ...{ name: `r${index + 1}.${lives[index]}`, replica: index, skew: skews[index] ?? 0, ended: null, hindered: 0 },
      limitedAt: null,
    }
    const random = chance.fork()
    const seams = {
      store: storeSeam(world, life, mutation?.ownClock ? onClockOf(world, life, shared) : shared),
      fetch: networkSeam(world, life),
      clock: clockSeam(world, life),
      journal: journalSeam(world, life),
    }
    const punctual = createPunctual({
      ...{ baseUrl, keys: [simulatedKey], clients, keepWarm, random: random.bytes },
      identify: (request) => request.headers.get('x-owner'),
      ...(hearing.types.length > 0 && { deliverTo: { handler: application(life), types: hearing.types } }),
      ...seams,
      ...mutation?.options?.(seams),
    })
    punctual.on((event) => {
      if (event.type === 'fault') world.note(life.name, () => `reports a fault: ${event.message}`)
    })
    replica.running = { life, punctual, stopping: false }
    world.note(life.name, () => `starts${keeping[index] ? ' with its keeper' : ''}, clock ${life.skew} ms ahead`)
    if (keeping[index] || world.faults.healed) punctual.start()
  }

  function end(replica: Replica, how: 'crashed' | 'stopped'): void {
    const life = replica.running?.life
    if (!life) return
    life.ended = how
    replica.running = null
    ledger.trouble()
    world.note(life.name, () => how)
    scheduler.after(chance.odds(0.5) ? chance.between(0, 2000) : chance.between(2000, 200_000), () => start(replica))
  }

  return {
    all,
    kept: keeping.every(Boolean),
    start,
    any() {
      const up = all.filter(({ running }) => running && !running.stopping)
      return up.length > 0 ? chance.pick(up) : null
    },
    crash(life) {
      const replica = all[life.replica]
      if (replica?.running?.life === life) end(replica, 'crashed')
    },
    restart(replica) {
      const { running } = replica
      if (!running || running.stopping) return
      const { life, punctual } = running
      running.stopping = true
      world.note(life.name, () => 'is asked to stop')
      const stopped = () => {
        const left = ledger.underWay(life)
        if (left > 0) ledger.breach('stops', `${life.name} has stopped with ${left} presentations under way`)
        end(replica, 'stopped')
      }
      punctual.stop().then(stopped, (error: unknown) => {
        ledger.breach('stops', `stop of ${life.name} failed: ${String(error)}`)
      })
    },
  }
}

/** The store judging leases by the clock of whoever asks. */
function onClockOf(world: World, life: Life, store: Store): Store {
  return {
    ...store,
    grants: {
      ...store.grants,
      claim(...values) {
        world.storeClock.ahead = life.skew
        try {
          return store.grants.claim(...values)
        } finally {
          world.storeClock.ahead = 0
        }
      },
    },
  }
}
