// What happens in a history beside the running of the replicas: callers, consents, revocations, outages, restarts, clocks
// that are set. Each scenario is drawn by weight, and after it comes a pause of a moment or of days.

import type { Simulation } from './build-simulation.ts'
import type { ClientName } from './provider.ts'
import { setClock, setStoreClock } from './wall-clocks.ts'
import type { KnownConnection } from './workload.ts'
import type { World } from './world.ts'

export type Scenario = keyof typeof scenarioWeights | keyof typeof eventWeights

export interface ScenarioOptions {
  readonly clientNames: readonly ClientName[]
  readonly accounts: readonly string[]
  readonly owners: readonly string[]
  /** Whether almost nothing happens for weeks. */
  readonly idle: boolean
  /** Whether the host application takes events. */
  readonly takesEvents: boolean
  /** A scenario to play more often, where a planted bug shows only in it. */
  readonly frequentScenario: Scenario | null
}

type Play = (simulation: Simulation) => void

const minute = 60_000
const day = 86_400_000

const scenarioWeights = {
  herd: 30,
  call: 30,
  connect: 9,
  collision: 12,
  disconnect: 3,
  farewell: 3,
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

/** Scenarios in which a host application without `deliverTo` has no part. */
const eventWeights = { subscribe: 6, book: 22 } as const

const scenarios: Readonly<Record<Scenario, Play>> = {
  herd: (simulation) => herd(simulation, simulation.world.random.between(3, 8)),
  call: (simulation) => herd(simulation, 1),
  connect: (simulation) => consent(simulation, 20_000),
  collision,
  disconnect(simulation) {
    const known = anyConnection(simulation)
    if (known) simulation.workload.disconnect(known)
  },
  farewell,
  revoke,
  crash,
  restart({ replicas }) {
    const replica = replicas.any()
    if (replica) replicas.restart(replica)
  },
  pause({ world, replicas }) {
    const process = replicas.any()?.running?.process
    if (process) world.pausing.pause(process)
  },
  clock: ({ world }) => setClock(world),
  storeClock: ({ world }) => setStoreClock(world),
  storeAway,
  providerAway,
  clientRefused,
  blackout,
  abandoned,
  subscribe(simulation) {
    const known = anyConnection(simulation)
    if (known) simulation.workload.subscribe(known)
  },
  book({ world: { random }, sender, options }) {
    for (let left = random.between(1, 3); left > 0; left--)
      sender.book(random.pick(options.clientNames), random.pick(options.accounts))
  },
  crawl,
}

/** Lets one thing happen. */
export function playScenario(simulation: Simulation): void {
  const { random } = simulation.world
  const { frequentScenario, takesEvents } = simulation.options
  const weights = takesEvents ? eventWeights : { subscribe: 0, book: 0 }
  const scenario =
    frequentScenario && random.odds(0.4) ? frequentScenario : random.weighted({ ...scenarioWeights, ...weights })
  scenarios[scenario](simulation)
}

/** Ms until the next thing happens: during the last one, after it, about when tokens end, or days later. */
export function drawPauseMs({ random }: World, { clientNames, idle }: ScenarioOptions): number {
  const lifetimeMs = random.pick(clientNames) === 'calendly' ? 7_200_000 : 1_800_000
  switch (random.weighted({ during: 45, after: 22, later: 12, ending: 16, days: idle ? 150 : 3 })) {
    case 'during':
      return random.between(0, 800)
    case 'after':
      return random.between(1000, 40_000)
    case 'later':
      return random.between(minute, 8 * minute)
    case 'ending':
      return random.between(lifetimeMs * 0.7, lifetimeMs * 1.1)
    case 'days':
      return random.between(day, 12 * day)
  }
}

/** Several callers at once. `forced`: each asks for a token that is valid for longer than any is, which refreshes it. */
function herd({ world, replicas, workload }: Simulation, size: number, forced = world.random.odds(0.15)): void {
  const { random, scheduler } = world
  const spreadMs = random.pick([0, 20, 2000, 20_000])
  for (let left = size; left > 0; left--) {
    scheduler.after(random.between(0, spreadMs), () => {
      const replica = replicas.any()
      const known = anyConnection({ world, workload })
      const operation = forced || random.odds(0.7) ? 'token' : 'fetch'
      if (replica && known) void workload.use(replica, known, operation, forced ? 100_000_000 : 30_000)
    })
  }
}

function consent({ world: { random }, workload, options }: Simulation, withinMs: number): void {
  const { clientNames, accounts, owners } = options
  workload.connect(random.pick(clientNames), random.pick(accounts), random.pick(owners), withinMs)
}

/** A connection in use is disconnected, and its callers keep coming to every replica for a few seconds. */
function farewell({ world, replicas, workload }: Simulation): void {
  const { random, scheduler } = world
  const known = anyConnection({ world, workload })
  if (!known) return
  scheduler.after(1000, () => workload.disconnect(known))
  for (const replica of replicas.all)
    for (let calls = random.between(4, 8); calls > 0; calls--)
      scheduler.after(random.between(0, 4000), () => void workload.use(replica, known, 'token'))
}

/** Consents while the grant is being refreshed. */
function collision(simulation: Simulation): void {
  const { random } = simulation.world
  for (let left = random.between(1, 2); left > 0; left--) consent(simulation, random.pick([300, 3000]))
  herd(simulation, random.between(1, 3), true)
}

function revoke({ world, options }: Simulation): void {
  const [client, account] = [world.random.pick(options.clientNames), world.random.pick(options.accounts)]
  world.note('user', () => `revokes account ${account}`)
  world.provider.revokedByUser(client, account)
}

function crash({ world, replicas }: Pick<Simulation, 'world' | 'replicas'>): void {
  const process = replicas.any()?.running?.process
  if (process) world.crash(process)
}

function storeAway({ world, replicas }: Simulation): void {
  const { random, faults } = world
  const replica = random.odds(0.4) ? null : random.between(0, replicas.all.length - 1)
  const ms = random.between(500, 2 * minute)
  world.note('store', () => `is away for ${ms} ms, from ${replica === null ? 'all' : `r${replica + 1}`}`)
  faults.storeAway(replica, ms)
}

function providerAway({ world }: Simulation): void {
  const ms = world.random.between(1000, 3 * minute)
  world.note('provider', () => `is away for ${ms} ms`)
  world.faults.providerAway(ms)
}

function clientRefused({ world, options }: Simulation): void {
  const ms = world.random.between(1000, 10 * minute)
  world.note('provider', () => `refuses the client for ${ms} ms`)
  world.faults.clientRefused(world.random.pick(options.clientNames), ms)
}

/** The store goes away while a grant is being refreshed, and a replica goes with it. */
function blackout(simulation: Simulation): void {
  const { random, scheduler, faults } = simulation.world
  herd(simulation, random.between(1, 3), true)
  scheduler.after(random.between(5, 400), () => faults.storeAway(null, random.between(3000, 90_000)))
  scheduler.after(random.between(300, 30_000), () => crash(simulation))
}

/** A process ends, or the store goes away, while a code is exchanged or a connection is disconnected. */
function abandoned(simulation: Simulation): void {
  const { world, replicas, workload } = simulation
  const { random, scheduler, faults } = world
  consent(simulation, 300)
  const known = anyConnection(simulation)
  if (known && random.odds(0.3)) scheduler.after(random.between(0, 1000), () => workload.disconnect(known))
  scheduler.after(random.between(300, 1500), () => faults.storeAway(null, random.between(3000, 60_000)))
  scheduler.after(random.between(1000, 40_000), () => {
    const replica = replicas.any()
    if (replica && random.odds(0.5)) replicas.restart(replica)
    else crash(simulation)
  })
}

/** Everything is slow, beyond deadlines and leases, and callers keep coming. */
function crawl(simulation: Simulation): void {
  const { random, scheduler, faults, note } = simulation.world
  note('world', () => 'everything is slow for 100 s')
  faults.slow(100_000)
  for (const at of [0, 24_000, 31_000, 36_000, 42_000])
    scheduler.after(at + random.between(0, 4000), () => herd(simulation, random.between(2, 4), true))
}

function anyConnection({ world, workload }: Pick<Simulation, 'world' | 'workload'>): KnownConnection | null {
  const all = [...workload.connections.values()]
  return all.length > 0 ? world.random.pick(all) : null
}
