// One history: a world from a seed, in which the production code runs until everything has been healed and judged.

import { createHash } from 'node:crypto'
import { deliveredTypes } from '../../src/core/events.ts'
import { memory } from '../../src/store/memory.ts'
import { type Chance, chanceOf } from './chance.ts'
import { type Broken, createLedger } from './checker.ts'
import type { Hearing } from './event-checker.ts'
import { examine } from './examination.ts'
import { createFaults } from './faults.ts'
import { drawGhosts, seedGhosts } from './ghosts.ts'
import { createMachines } from './machines.ts'
import type { Mutation } from './mutation.ts'
import { witness } from './observed-store.ts'
import { createPausing } from './pausing.ts'
import { createProvider, type Rule } from './provider.ts'
import { refusing } from './refusing.ts'
import { createReplicas } from './replicas.ts'
import { pause, scene } from './scenarios.ts'
import { createScheduler } from './scheduler.ts'
import { createSender } from './sender.ts'
import { createStrays } from './strays.ts'
import { createPeople } from './workload.ts'
import type { Life, StoreClock, World } from './world.ts'

export interface History {
  readonly seed: number
  readonly steps: number
  readonly broken: Broken | null
  /** One line an event; empty unless it was to be kept. */
  readonly transcript: readonly string[]
  /** SHA-256 of the transcript. */
  readonly digest: string
}

/** A history that has not come to its end by then never will. */
const mostSteps = 20_000

export async function runHistory(
  seed: number,
  { keep = false, mutation = null }: { readonly keep?: boolean; readonly mutation?: Mutation | null } = {},
): Promise<History> {
  const transcript: string[] = []
  const chance = chanceOf(seed)
  const scheduler = createScheduler(chance.fork())
  const { now } = scheduler
  const storeClock: StoreClock = { ahead: 0, drift: 0, steppedAt: null, setBack: 0 }
  const store = memory({
    clock: {
      now: () => now() + storeClock.ahead,
      monotonic: () => now() + (mutation?.leaseClock === 'wall' ? storeClock.ahead : storeClock.drift),
      sleep: () => Promise.reject(),
    },
  })
  const provider = createProvider(now, chance.fork(), mutation?.labels ?? null)
  const hearing = drawHearing(chance.fork(), mutation?.hears === true)
  const ledger = createLedger(now, provider, store, storeClock, hearing)
  const faults = createFaults(now, chance.fork(), mutation?.harsh === true)
  const crash = (life: Life) => replicas.crash(life)
  const note: World['note'] = keep ? (who, text) => void transcript.push(line(now(), who, text())) : () => {}
  const size = chance.between(2, 4)
  const world: World = {
    ...{ scheduler, chance, provider, ledger, storeClock, faults, crash, note, nextAction: now() },
    hears: hearing.types.length > 0,
    pausing: createPausing({ scheduler, chance: chance.fork(), faults, crash, trouble: ledger.trouble, note }),
    machines: createMachines(size, chance, now()),
  }
  const rules: Rule[] = chance.odds(0.1) ? ['calendly', 'calcom'] : [chance.pick(['calendly', 'calcom'] as const)]
  const cast = {
    rules,
    accounts: chance.odds(0.75) ? ['11'] : ['11', '22'],
    owners: chance.odds(0.5) ? ['ann'] : ['ann', 'bob'],
    idle: chance.odds(0.1) || mutation?.idle === true,
    hears: world.hears,
    often: mutation?.often ?? null,
  }
  const seen = witness(store, ledger.told, storeClock)
  const strays = createStrays(chance.fork(), ledger, await store.identity(), mutation?.damaged === true)
  const replicas = createReplicas(world, chance.odds(0.04) ? refusing(seen, '22', faults, ledger) : seen, strays, {
    ...{ size, rules, mutation, hearing },
    keepWarm: chance.weighted({ used: 60, always: 25, never: 15 }),
  })
  const people = createPeople(world, replicas)
  const sender = createSender(world, replicas, store)

  await seedGhosts(
    store,
    chance.fork(),
    rules,
    drawGhosts(chance.fork(), { idle: cast.idle, damaged: mutation?.damaged === true }),
  )

  let steps = 0
  /** Runs for `ms`; false when a rule is broken. */
  async function run(ms: number): Promise<boolean> {
    const until = now() + ms
    world.nextAction = until
    await scheduler.rest()
    while (!ledger.broken && (await scheduler.step(until))) {
      ledger.check()
      if (++steps > mostSteps) ledger.breach('quiet', `${mostSteps} steps, and no end`)
    }
    scheduler.settleAt(until)
    return ledger.broken === null
  }

  const unheard = (error: unknown) => ledger.breach('quiet', `a promise was rejected unheard: ${String(error)}`)
  process.on('unhandledRejection', unheard)
  try {
    for (const replica of replicas.all) replicas.start(replica)
    if (chance.odds(0.2)) world.faults.begin()
    for (const rule of rules) people.connect(rule, '11', 'ann', 20_000)
    if (cast.owners.length > 1) people.connect(chance.pick(rules), '11', 'bob', 20_000)
    let going = await run(40_000)
    world.faults.begin()
    for (let left = chance.between(4, 22); going && left > 0; left--) {
      if (!cast.idle || chance.odds(0.25)) scene(world, replicas, people, sender, cast)
      going = await run(pause(world, cast))
    }
    if (going) await examine(world, replicas, people, sender, run)
    if (!ledger.broken) strays.judge()
  } finally {
    process.off('unhandledRejection', unheard)
  }
  const digest = createHash('sha256').update(transcript.join('\n')).digest('base64url')
  return { seed, steps, broken: ledger.broken, transcript, digest }
}

/** About half of the host applications take events; some leave out the frequent ones, some never take a few. */
function drawHearing(chance: Chance, hears: boolean): Hearing {
  const types = deliveredTypes.filter((type) => type !== 'connection.renewed' || chance.odds(0.7))
  const deafToSome = chance.odds(0.15)
  const known = new Map<string, boolean>()
  return {
    types: chance.odds(0.5) || hears ? types : [],
    deaf(subject) {
      if (deafToSome && !known.has(subject)) known.set(subject, chance.odds(0.2))
      return known.get(subject) ?? false
    },
  }
}

function line(at: number, who: string, text: string): string {
  const time = new Date(at).toISOString().slice(5, 23).replace('T', ' ')
  return `${time}  ${who.padEnd(8)}  ${text.replace(/\b(at|rt)(\d+)\b/g, 'set $2')}`
}
