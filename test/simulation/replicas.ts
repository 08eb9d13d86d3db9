// The replicas: each runs the production code, put together as a host application does, and starts again after a crash
// or a stop with what its disk has kept.

import type { Store } from '../../src/core/store/store.ts'
import type { KeepWarm } from '../../src/keeper/due.ts'
import { createPunctual, type Punctual } from '../../src/punctual.ts'
import { createApplication } from './application.ts'
import { clockSeam } from './clock-faults.ts'
import type { Hearing } from './event-checker.ts'
import { journalSeam } from './journal-faults.ts'
import type { Mutation, Options } from './mutation.ts'
import { networkSeam } from './network-faults.ts'
import { createPlatform, type Platform } from './platform.ts'
import { type Rule, simulatedClients } from './provider.ts'
import { storeSeam } from './store-faults.ts'
import type { Strays } from './strays.ts'
import { simulatedKey } from './token-tracker.ts'
import { type Life, type Machine, reach, type World } from './world.ts'

export const baseUrl = 'https://app.test/integrations'

export interface Replica {
  readonly index: number
  /** `null` while it is down. */
  running: {
    readonly life: Life
    readonly punctual: Punctual
    /** The platform that freezes it between requests; `null`: it runs all the time. */
    readonly platform: Platform | null
    stopping: boolean
  } | null
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
  strays: Strays,
  { size, rules, keepWarm, mutation, hearing }: Fleet,
): Replicas {
  const { chance, scheduler, ledger } = world
  const all: Replica[] = Array.from({ length: size }, (_, index) => ({ index, running: null }))
  const keeping = all.map(() => chance.odds(0.7))
  const functions = keeping.map((keeps) => mutation?.functions === true || (!keeps && chance.odds(0.6)))
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
    strays.scatter(index)
    const life: Life = {
      ...{ name: `r${index + 1}.${lives[index]}`, replica: index, machine: world.machines[index] as Machine },
      ...{
        ended: null,
        endedAt: 0,
        hindered: 0,
        limitedAt: null,
        pause: null,
        pauses: 0,
        paused: 0,
        resumedAt: 0,
        requests: 0,
      },
    }
    const random = chance.fork()
    const platform = functions[index] && !world.faults.healed ? createPlatform(chance.odds(0.5)) : null
    const seams: Options = {
      ...(platform?.waits && { waitUntil: platform.waitUntil }),
      store: storeSeam(world, life, mutation?.leaseClock === 'process' ? onClockOf(world, life, shared) : shared),
      fetch: networkSeam(world, life, { announced: mutation?.unannounced !== true }),
      clock: clockSeam(world, life),
      journal: journalSeam(world, life),
    }
    const made = createPunctual({
      ...{ baseUrl, keys: [simulatedKey], clients, keepWarm, random: random.bytes },
      currentOwner: (request) => request.headers.get('x-owner'),
      ...(hearing.types.length > 0 && { deliverTo: { handler: application(life), types: hearing.types } }),
      ...seams,
      ...mutation?.options?.(seams),
    })
    const { answer } = mutation ?? {}
    const punctual = answer ? { ...made, handler: (request: Request) => made.handler(request).then(answer) } : made
    punctual.on((event) => {
      if (event.type === 'fault') world.note(life.name, () => `reports a fault: ${event.message}`)
    })
    replica.running = { life, punctual, platform, stopping: false }
    world.note(
      life.name,
      () => `starts${keeping[index] ? ' with its keeper' : ''}, clock ${life.machine.ahead} ms ahead`,
    )
    if ((keeping[index] && !platform) || world.faults.healed) punctual.start()
  }

  function end(replica: Replica, how: 'crashed' | 'stopped'): void {
    const life = replica.running?.life
    if (!life) return
    life.ended = how
    life.endedAt = scheduler.now()
    replica.running = null
    world.pausing.ended(life)
    ledger.trouble()
    world.note(life.name, () => how)
    scheduler.after(chance.odds(0.5) ? chance.between(0, 2000) : chance.between(2000, 200_000), () => start(replica))
  }

  return {
    all,
    kept: keeping.every(Boolean) && mutation?.functions !== true,
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
      const failed = (error: unknown) => ledger.breach('stops', `stop of ${life.name} failed: ${String(error)}`)
      void reach(world, life).then(() => punctual.stop().then(stopped, failed))
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
        world.storeClock.drift = life.machine.ahead
        try {
          return store.grants.claim(...values)
        } finally {
          world.storeClock.drift = 0
        }
      },
    },
  }
}
