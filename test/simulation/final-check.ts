// The end of a history: every fault is healed, every replica gets its time, and then every connection has to prove that it
// works, or that its grant is over for a reason.

import type { Simulation } from './build-simulation.ts'
import { healClocks } from './wall-clocks.ts'
import type { KnownConnection } from './workload.ts'
import type { World } from './world.ts'

/** Runs for so many ms; resolves with false when a rule is violated. */
type Run = (ms: number) => Promise<boolean>

const minute = 60_000

export async function runFinalCheck(simulation: Simulation, run: Run): Promise<void> {
  const { world, replicas } = simulation
  if (!(await heal(simulation, run))) return
  // Each set that is held now has to prove that it can be refreshed.
  if (!(await run(world.random.pick([130, 200]) * minute))) return
  await simulation.escrow?.endRotation(run)
  if (!(await checkConnections(simulation, run))) return
  if (!(await checkTokenReuse(simulation, run))) return
  if (!(await checkBookings(simulation, run))) return
  if (!(await checkStops(simulation, run))) return
  if (!(await checkEvents(simulation, run))) return
  world.escrow?.rules.checkEnd()
  await simulation.escrow?.checkEnd()
  world.checker.checkEnd(replicas.keptAlways)
}

async function heal({ world, replicas, workload }: Simulation, run: Run): Promise<boolean> {
  world.note('world', () => 'everything is healed')
  world.faults.heal()
  healClocks(world)
  for (const { running } of replicas.all) if (running) world.pausing.resume(running.process)
  // Stopped processes start again within 200 s; cool-downs last up to 15 minutes, and so does an open circuit breaker.
  if (!(await run(5 * minute))) return false
  for (const replica of replicas.all) replica.running?.punctual.start()
  if (!(await run(35 * minute))) return false
  const [stuck] = workload.waiting()
  if (stuck) world.checker.reportViolation('callers', `${stuck} has never ended`)
  return !stuck
}

/** Rule `callers`: every connection that was not disconnected gets a live token, or its grant is over. */
async function checkConnections(simulation: Simulation, run: Run): Promise<boolean> {
  const { world, workload } = simulation
  const { checker } = world
  for (const known of workload.connections.values()) {
    if (checker.disconnected.get(known.id)?.still) continue
    const isOver = () =>
      [...checker.rows.values()].some(
        ({ client, account, status }) => client === known.client && account === known.account && status === 'over',
      )
    let token = await tryConnection(simulation, known, run)
    // A set from the journal may have revived the grant after the last of these calls.
    if (token === 'none' && !isOver()) token = await tryConnection(simulation, known, run)
    if (checker.violation) return false
    if (token === 'none' && !isOver())
      checker.reportViolation('callers', `account ${known.account} gets no token though all is well`)
    if (token === 'ended') checker.reportViolation('callers', `account ${known.account} gets tokens that have ended`)
    if (checker.violation) return false
  }
  return true
}

type Token = 'none' | 'live' | 'ended'

/** What the first of three calls that succeeds was made with: a token that lives, or one that has ended; `none`: all have failed. */
async function tryConnection(
  { world, replicas, workload }: Simulation,
  known: KnownConnection,
  run: Run,
): Promise<Token> {
  const { checker, provider } = world
  const isHeld = () =>
    [...checker.rows.values()].some(({ set }) => set?.account === known.account && provider.accessLives(set))
  let token = 'none' as Token
  for (let tries = 0; tries < 3 && token === 'none'; tries++) {
    const replica = replicas.any()
    if (!replica) {
      checker.reportViolation('quiet', 'no replica has come back')
      return token
    }
    // Only a call finds out that a token has ended before its stated lifetime, or before the store's clock says so.
    const isLabelRight = !hasWrongLifetime(world, known) && world.storeClock.setBack === 0
    const operation = isLabelRight ? 'token' : 'fetch'
    const validityMs = known.client === 'calendly' ? 7_100_000 : 1_700_000
    void workload.use(replica, known, operation, validityMs).then((succeeded) => {
      if (succeeded) token = isHeld() ? 'live' : 'ended'
    })
    if (!(await run(tries === 0 ? 2 * minute : 16 * minute))) return token
  }
  // A refresh that was under way has ended the token right after the call, and has brought the next one by now.
  return token === 'ended' && isHeld() ? 'live' : token
}

/** Whether the provider has ever stated a wrong lifetime for a token of that account. */
function hasWrongLifetime({ provider }: World, { client, account }: KnownConnection): boolean {
  return provider.sets.some(
    (set) => set.client === client && set.account === account && set.statedEnd !== set.accessEnds,
  )
}

/**
 * Rule `paced`: calls of an account use one token for as long as the provider honours it, whatever lifetime was stated.
 * Only an account is checked whose tokens were all stated to have ended at once.
 */
async function checkTokenReuse({ world, replicas, workload }: Simulation, run: Run): Promise<boolean> {
  const { checker, provider } = world
  const [known] = [...workload.connections.values()].filter(
    (one) => hasWrongLifetime(world, one) && !checker.disconnected.get(one.id)?.still,
  )
  const issued = () =>
    provider.sets.filter(({ client, account }) => client === known?.client && account === known.account)
  if (!known || issued().some(({ statedEnd, issuedAt }) => statedEnd > issuedAt)) return true
  const before = issued().length
  for (let calls = 0; calls < 4; calls++) {
    const replica = replicas.any()
    if (replica) void workload.use(replica, known, 'fetch')
    if (!(await run(20_000))) return false
  }
  const refreshes = issued().length - before
  if (refreshes > 2)
    checker.reportViolation('paced', `${refreshes} refreshes for four calls of account ${known.account} in a row`)
  return checker.violation === null
}

/** Rule `keys_end`: the background ends each key in about an hour; where the store's clock was set back, as much later. */
async function checkBookings({ world, bookings }: Simulation, run: Run): Promise<boolean> {
  if (!bookings) return true
  const { checker, storeClock } = world
  const maxHours = storeClock.setBack > 0 ? 34 : 3
  for (let hours = 0; hours < maxHours && (await checker.bookings.open()); hours += 1 / 6)
    if (!(await run(10 * minute))) return false
  await checker.bookings.checkEnd()
  return checker.violation === null
}

async function checkStops({ world, replicas }: Simulation, run: Run): Promise<boolean> {
  for (const replica of replicas.all) {
    const { running } = replica
    if (!running) continue
    replicas.restart(replica)
    if (!(await run(minute))) return false
    if (running.process.ended === 'stopped') continue
    world.checker.reportViolation('stops', `${running.process.name} has not stopped`)
    return false
  }
  return true
}

async function checkEvents({ world, sender, reader }: Simulation, run: Run): Promise<boolean> {
  const { checker, storeClock } = world
  const findMissing = async () => sender.unanswered() ?? checker.events.missing() ?? (await sender.unsettled())
  // An event that fails for long is dispatched again after up to 8 hours; one that was written while the store's clock was
  // ahead may be due a day later.
  const maxHours = storeClock.setBack > 0 ? 34 : 10
  for (let hours = 0; hours < maxHours && (hours === 0 || (await findMissing())); hours += 1 / 6) {
    reader?.poll()
    if (!(await run(10 * minute))) return false
  }
  // Grants are refreshed until the end: the last of these events may have come after the reader has asked.
  for (let tries = 0; tries < 3 && (await findMissing()); tries++) {
    reader?.poll()
    if (!(await run(minute / 2))) return false
  }
  const missing = await findMissing()
  if (missing) checker.reportViolation('delivered', missing)
  return missing === null
}
