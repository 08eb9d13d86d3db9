// Builds the world of one history from its seed. The order in which the parts draw is what makes a seed replay.

import { deliveredTypes } from '../../src/core/events.ts'
import type { Store } from '../../src/core/store/store.ts'
import { type BookingCallers, createBookingCallers } from './booking-callers.ts'
import { createChecker } from './checker.ts'
import { createSimulatedEscrow } from './escrow-place.ts'
import { createEscrowRules } from './escrow-rules.ts'
import { createEscrowScenarios, type EscrowScenarios } from './escrow-scenarios.ts'
import type { EventConsumer } from './event-checker.ts'
import { createFaults } from './faults.ts'
import { createFeedReader, type FeedReader } from './feed-reader.ts'
import { createForeignJournalFiles, type ForeignJournalFiles } from './foreign-journal-files.ts'
import type { Mutation } from './mutation.ts'
import { observeStore } from './observed-store.ts'
import { createPausing } from './pausing.ts'
import { type ClientName, createProvider } from './provider.ts'
import { createRandom, type Random } from './random.ts'
import { refuseCommitsOf } from './refused-commits.ts'
import { createReplicas, type Replicas } from './replicas.ts'
import { createDatabase } from './restorable-store.ts'
import type { ScenarioOptions } from './scenarios.ts'
import { createScheduler } from './scheduler.ts'
import { rotatedKey, simulatedKey } from './token-tracker.ts'
import { drawUnreadableRows, seedUnreadableRows } from './unreadable-rows.ts'
import { createMachines } from './wall-clocks.ts'
import { createWebhookSender, type WebhookSender } from './webhook-sender.ts'
import { createWorkload, type Workload } from './workload.ts'
import type { SimulatedProcess, StoreClock, World } from './world.ts'

export interface Simulation {
  /** `null` where there is no feed. */
  readonly reader: FeedReader | null
  /** `null` in a history without bookings. */
  readonly bookings: BookingCallers | null
  /** `null` in a history without an escrow. */
  readonly escrow: EscrowScenarios | null
  readonly world: World
  readonly replicas: Replicas
  readonly workload: Workload
  readonly sender: WebhookSender
  readonly foreignFiles: ForeignJournalFiles
  readonly options: ScenarioOptions
}

/** A history with these has many grants that are due at the same time. */
const manyAccounts = ['33', '44', '55', '66', '77', '88']

/** What sets the generators of the bookings, of the feed's reader and of the escrow apart from that of the rest. */
const [bookingSeeds, readerSeeds, escrowSeeds] = [1_000_000_007, 2_000_000_011, 3_000_000_019]

export type Note = (at: number, who: string, text: string) => void

export interface HistoryKind {
  readonly seed: number
  readonly mutation: Mutation | null
  /** Whether it has bookings, whatever its seed is. */
  readonly bookings: boolean
  /** Whether it has an escrow, and a database that is restored from a backup. */
  readonly escrow: boolean
}

export async function buildSimulation(
  { seed, mutation, bookings: isBooking, escrow: isEscrowed }: HistoryKind,
  note: Note | null,
): Promise<Simulation> {
  const random = createRandom(seed)
  const unreadableRows = mutation?.unreadableRows === true
  let replicas: Replicas | null = null
  // Taken from the seed and not drawn, so that the other seeds keep their histories.
  const several = mutation ? mutation.severalDestinations === true : seed % 5 === 3
  const hasEscrow = isEscrowed || mutation?.escrow === true
  const built = buildWorld({ random, mutation, several, hasEscrow }, note, (process) => replicas?.crash(process))
  const { world, store, consumer } = built
  const { checker, faults } = world
  if (hasEscrow) {
    const escrow = createSimulatedEscrow(() => world, createRandom(seed + escrowSeeds), mutation?.escrowCompaction)
    world.escrow = { escrow, rules: createEscrowRules(world, escrow) }
  }
  const options = drawOptions(random, mutation, world.takesEvents)
  // Taken from the seed and not drawn, so that the other seeds keep their histories.
  if (seed % 8 === 0) options.accounts.push(...manyAccounts)
  const observed = observeStore(store, checker.events, world.storeClock)
  const foreignFiles = createForeignJournalFiles(random.fork(), checker, await store.identity(), unreadableRows)
  const shared = random.odds(0.04) ? refuseCommitsOf('22', observed, faults, checker, world.provider) : observed
  replicas = createReplicas(world, shared, foreignFiles, {
    size: world.machines.length,
    clientNames: options.clientNames,
    mutation,
    consumer,
    keepWarm: random.weighted({ used: 60, always: 25, never: 15 }),
    // So few that a handful of due grants has to wait.
    refreshConcurrency: 1 + (seed % 3),
  })
  const workload = createWorkload(world, replicas)
  const sender = createWebhookSender(world, replicas, store)
  const rowsRandom = random.fork()
  const counts = drawUnreadableRows(random.fork(), { idle: options.idle, unreadableRows })
  await seedUnreadableRows(store, rowsRandom, options.clientNames, counts)
  // With a generator of its own, so that the histories without bookings stay as they are.
  const hasBookings = isBooking || mutation?.bookings === true || (seed % 4 === 3 && !hasEscrow)
  const callers = hasBookings
    ? createBookingCallers(world, replicas, workload, createRandom(seed + bookingSeeds))
    : null
  const reader = world.hasFeed ? createFeedReader(world, replicas, createRandom(seed + readerSeeds)) : null
  const escrow = world.escrow
    ? createEscrowScenarios(
        world,
        world.escrow,
        replicas,
        workload,
        options.owners,
        createRandom(seed + 2 * escrowSeeds),
        mutation,
      )
    : null
  return { world, replicas, workload, sender, foreignFiles, options, bookings: callers, reader, escrow }
}

function buildWorld(
  {
    random,
    mutation,
    several,
    hasEscrow,
  }: {
    readonly random: Random
    readonly mutation: Mutation | null
    readonly several: boolean
    readonly hasEscrow: boolean
  },
  note: Note | null,
  crash: (process: SimulatedProcess) => void,
): { readonly world: World; readonly store: Store; readonly consumer: EventConsumer } {
  const scheduler = createScheduler(random.fork())
  const { now } = scheduler
  const storeClock: StoreClock = { ahead: 0, largestStepMs: 0, drift: 0, steppedAt: null, setBack: 0 }
  const database = createDatabase({
    now: () => now() + storeClock.ahead,
    monotonic: () => now() + (mutation?.leaseClock === 'wall' ? storeClock.ahead : storeClock.drift),
    sleep: () => Promise.reject(),
  })
  const { store } = database
  const provider = createProvider(now, random.fork(), mutation?.statedLifetimes ?? null)
  const drawn = drawConsumer(random.fork(), mutation?.takesEvents === true)
  // What is restored has not happened: the rules of events know no such thing.
  const consumer = hasEscrow ? { ...drawn, types: [], several: false } : { ...drawn, several }
  const checker = createChecker(now, provider, store, storeClock, consumer)
  const faults = createFaults(now, random.fork(), mutation?.manyPauses === true)
  const noteNow: World['note'] = note ? (who, text) => note(now(), who, text()) : () => {}
  const size = random.between(2, 4)
  const { noteFault } = checker
  const world: World = {
    scheduler,
    random,
    provider,
    checker,
    storeClock,
    database,
    escrow: null,
    keys: hasEscrow ? [simulatedKey, rotatedKey] : [simulatedKey],
    faults,
    crash,
    note: noteNow,
    nextAction: now(),
    takesEvents: consumer.types.length > 0,
    hasFeed: consumer.several && consumer.types.length > 0,
    pausing: createPausing({ scheduler, random: random.fork(), faults, crash, noteFault, note: noteNow }),
    machines: createMachines(size, random, now()),
  }
  return { world, store, consumer }
}

function drawOptions(random: Random, mutation: Mutation | null, takesEvents: boolean): ScenarioOptions {
  const both: readonly ClientName[] = ['calendly', 'calcom']
  return {
    clientNames: random.odds(0.1) ? both : [random.pick(both)],
    accounts: random.odds(0.75) ? ['11'] : ['11', '22'],
    owners: random.odds(0.5) ? ['ann'] : ['ann', 'bob'],
    idle: random.odds(0.1) || mutation?.idle === true,
    takesEvents,
    frequentScenario: mutation?.frequentScenario ?? null,
  }
}

/** About half of the host applications take events; some leave out the frequent ones, some never acknowledge a few. */
function drawConsumer(random: Random, takesEvents: boolean): Omit<EventConsumer, 'several'> {
  const types = deliveredTypes.filter((type) => type !== 'connection.renewed' || random.odds(0.7))
  const refusesSome = random.odds(0.15)
  const refused = new Map<string, boolean>()
  return {
    types: random.odds(0.5) || takesEvents ? types : [],
    refuses(orderingKey) {
      if (refusesSome && !refused.has(orderingKey)) refused.set(orderingKey, random.odds(0.2))
      return refused.get(orderingKey) ?? false
    },
  }
}
