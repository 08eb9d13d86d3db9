// The replicas: each runs the production code, set up as a host application does it, and starts again after a crash or a
// stop with the journal that its disk has kept.

import type { Store } from '../../src/core/store/store.ts'
import type { KeepWarm } from '../../src/keeper/due.ts'
import type { PunctualOptions } from '../../src/options.ts'
import { createPunctual, type Punctual } from '../../src/punctual.ts'
import { createApplication, createBrokenApplication } from './application.ts'
import { faultyClock } from './clock-faults.ts'
import type { EventConsumer } from './event-checker.ts'
import { destinations } from './event-checkers.ts'
import type { ForeignJournalFiles } from './foreign-journal-files.ts'
import { faultyJournal } from './journal-faults.ts'
import type { Mutation, Options } from './mutation.ts'
import { faultyFetch } from './network-faults.ts'
import type { ClientName } from './provider.ts'
import { createPlatform, type Platform } from './serverless-platform.ts'
import { simulatedClients } from './simulated-clients.ts'
import { faultyStore } from './store-faults.ts'
import { type Machine, reach, type SimulatedProcess, type World } from './world.ts'

export const baseUrl = 'https://app.test/integrations'

export interface Replica {
  readonly index: number
  /** `null` while no process runs. */
  running: {
    readonly process: SimulatedProcess
    readonly punctual: Punctual
    /** The platform that freezes the process between requests; `null`: it runs all the time. */
    readonly platform: Platform | null
    stopping: boolean
  } | null
}

export interface Replicas {
  readonly all: readonly Replica[]
  /** Whether each replica runs its keeper from the beginning. */
  readonly keptAlways: boolean
  /** One that takes requests; `null`: none does. */
  any(): Replica | null
  start(replica: Replica): void
  /** Ends that process; its replica starts again a while later. */
  crash(process: SimulatedProcess): void
  /** Stops the replica as a deployment does, and starts it again. */
  restart(replica: Replica): void
  /** Ends every process, puts the database back, and starts them again. */
  replaceStore(how: 'crash' | 'stop' | 'either', restore: () => Promise<void>): void
}

export interface ReplicaOptions {
  readonly size: number
  readonly clientNames: readonly ClientName[]
  readonly keepWarm: KeepWarm
  readonly refreshConcurrency: number
  readonly mutation: Mutation | null
  readonly consumer: EventConsumer
}

/** How one replica runs, in all its processes. */
interface ReplicaKind {
  readonly keeps: boolean
  readonly serverless: boolean
}

export function createReplicas(
  world: World,
  store: Store,
  foreignFiles: ForeignJournalFiles,
  options: ReplicaOptions,
): Replicas {
  const { mutation } = options
  const { random, scheduler, checker } = world
  const all: Replica[] = Array.from({ length: options.size }, (_, index) => ({ index, running: null }))
  const kinds = drawKinds(world, options)
  const incarnations = all.map(() => 0)
  /** While the database is put back, no process starts. */
  let isHeld = false
  for (const _ of all) checker.tracker.journals.push(new Map())
  const startProcess = createStarter(world, store, options)

  function start(replica: Replica): void {
    const { index } = replica
    if (replica.running || isHeld) return
    const incarnation = (incarnations[index] ?? 0) + 1
    incarnations[index] = incarnation
    foreignFiles.addTo(index)
    const process = newProcess(index, incarnation, world.machines[index] as Machine)
    const { keeps, serverless } = kinds[index] as ReplicaKind
    replica.running = startProcess(process, serverless)
    const { punctual, platform } = replica.running
    world.note(process.name, () => `starts${keeps ? ' with its keeper' : ''}, clock ${process.machine.ahead} ms ahead`)
    if ((keeps && !platform) || world.faults.healed) punctual.start()
  }

  function end(replica: Replica, how: 'crashed' | 'stopped'): void {
    const process = replica.running?.process
    if (!process) return
    process.ended = how
    process.endedAt = scheduler.now()
    replica.running = null
    world.pausing.ended(process)
    checker.noteFault()
    world.note(process.name, () => how)
    scheduler.after(random.odds(0.5) ? random.between(0, 2000) : random.between(2000, 200_000), () => start(replica))
  }

  function crash(process: SimulatedProcess): void {
    const replica = all[process.replica]
    if (replica?.running?.process === process) end(replica, 'crashed')
  }

  function restart(replica: Replica): void {
    if (replica.running && !replica.running.stopping) stop(world, replica.running, () => end(replica, 'stopped'))
  }

  async function restoreOnceAllHaveEnded(restore: () => Promise<void>, patience: number): Promise<void> {
    const left = all.filter(({ running }) => running)
    if (patience <= 0) for (const { running } of left) if (running) crash(running.process)
    if (all.some(({ running }) => running)) {
      scheduler.after(1000, () => restoreOnceAllHaveEnded(restore, patience - 1))
      return
    }
    await restore()
    isHeld = false
    for (const replica of all) scheduler.after(random.between(0, 20_000), () => start(replica))
  }

  return {
    all,
    replaceStore(how, restore) {
      if (isHeld) return
      isHeld = true
      for (const replica of all)
        if (replica.running && (how === 'crash' || (how === 'either' && random.odds(0.5))))
          crash(replica.running.process)
        else restart(replica)
      void restoreOnceAllHaveEnded(restore, 60)
    },
    keptAlways: kinds.every(({ keeps }) => keeps) && mutation?.serverless !== true,
    start,
    any() {
      const up = all.filter(({ running }) => running && !running.stopping)
      return up.length > 0 ? random.pick(up) : null
    },
    crash,
    restart,
  }
}

function drawKinds({ random }: World, { size, mutation }: ReplicaOptions): readonly ReplicaKind[] {
  const keeping = Array.from({ length: size }, () => random.odds(0.7))
  return keeping.map((keeps) => ({
    keeps,
    serverless: mutation?.serverless === true || (!keeps && random.odds(0.6)),
  }))
}

function newProcess(replica: number, incarnation: number, machine: Machine): SimulatedProcess {
  return {
    name: `r${replica + 1}.${incarnation}`,
    replica,
    machine,
    ended: null,
    endedAt: 0,
    delayMs: 0,
    limitedAt: null,
    pause: null,
    pauses: 0,
    pausedMs: 0,
    resumedAt: 0,
    requests: 0,
  }
}

type Running = NonNullable<Replica['running']>

/** Returns what sets up the production code for one process, behind faulty surroundings. */
function createStarter(
  world: World,
  store: Store,
  { clientNames, keepWarm, refreshConcurrency, mutation, consumer }: ReplicaOptions,
): (process: SimulatedProcess, serverless: boolean) => Running {
  const { random } = world
  const clients = clientNames.map((clientName) => {
    const client = simulatedClients[clientName]
    return mutation?.replaceClient?.(client, world.provider) ?? client
  })
  const deliverTo = createDeliverTo(world, consumer)
  const shared = mutation?.wrapStore?.(store) ?? store

  return (process, serverless) => {
    const processRandom = random.fork()
    const platform = serverless && !world.faults.healed ? createPlatform(random.odds(0.5)) : null
    const ownStore = mutation?.leaseClock === 'process' ? judgedByClockOf(world, process, shared) : shared
    const faulty: Options = {
      ...(platform?.waits && { waitUntil: platform.waitUntil }),
      store: faultyStore(world, process, ownStore),
      fetch: faultyFetch(world, process, { unannounced: mutation?.unannounced }),
      clock: faultyClock(world, process),
      journal: faultyJournal(world, process),
      ...(world.escrow && { escrow: world.escrow.escrow.placeOf(process) }),
    }
    const made = createPunctual({
      baseUrl,
      keys: [...world.keys],
      clients,
      keepWarm,
      refreshConcurrency,
      random: processRandom.bytes,
      currentOwner: (request) => request.headers.get('x-owner'),
      ...deliverTo(process),
      ...faulty,
      ...mutation?.wrapOptions?.(faulty),
    })
    const { changeResponse } = mutation ?? {}
    const handler = (request: Request) => made.handler(request).then(changeResponse)
    const punctual = changeResponse ? { ...made, handler } : made
    punctual.on((event) => {
      if (event.type === 'fault') world.note(process.name, () => `reports a fault: ${event.message}`)
    })
    return { process, punctual, platform, stopping: false }
  }
}

/** Returns what the host application of a process has as `deliverTo`. */
function createDeliverTo(
  world: World,
  consumer: EventConsumer,
): (process: SimulatedProcess) => Pick<PunctualOptions, 'deliverTo'> {
  const { types, several } = consumer
  const [handlerOf, brokenOf] = [createApplication(world, consumer), createBrokenApplication(world)]
  return (process) => {
    if (types.length === 0) return {}
    const app = { handler: handlerOf(process), types }
    if (!several) return { deliverTo: app }
    const broken = { handler: brokenOf(process), types, name: destinations.broken }
    return { deliverTo: [{ ...app, name: destinations.app }, broken, { feed: true, types, name: destinations.feed }] }
  }
}

/** Rule `stops`. */
function stop(world: World, running: Running, stopped: () => void): void {
  const { checker } = world
  const { process, punctual } = running
  running.stopping = true
  world.note(process.name, () => 'is asked to stop')
  function succeeded(): void {
    const left = checker.inFlight(process)
    if (left > 0) checker.reportViolation('stops', `${process.name} has stopped with ${left} presentations in flight`)
    stopped()
  }
  const failed = (error: unknown) =>
    checker.reportViolation('stops', `stop of ${process.name} failed: ${String(error)}`)
  void reach(world, process).then(() => punctual.stop().then(succeeded, failed))
}

/** A store that judges leases by the clock of the process that asks. */
function judgedByClockOf(world: World, process: SimulatedProcess, store: Store): Store {
  return {
    ...store,
    grants: {
      ...store.grants,
      claim(...values) {
        world.storeClock.drift = process.machine.ahead
        try {
          return store.grants.claim(...values)
        } finally {
          world.storeClock.drift = 0
        }
      },
    },
  }
}
