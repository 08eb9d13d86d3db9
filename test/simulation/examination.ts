// The end of a history: everything is healed, every replica gets its time, and then every connection has to show that it
// works, or that it is over for a reason.

import { healClocks } from './machines.ts'
import type { Replicas } from './replicas.ts'
import type { Sender } from './sender.ts'
import type { Known, People } from './workload.ts'
import type { World } from './world.ts'

const minute = 60_000

export async function examine(
  world: World,
  replicas: Replicas,
  people: People,
  sender: Sender,
  run: (ms: number) => Promise<boolean>,
): Promise<void> {
  const { ledger, chance, provider } = world
  world.note('world', () => 'everything is healed')
  world.faults.heal()
  healClocks(world)
  for (const { running } of replicas.all) if (running) world.pausing.resume(running.life)
  // Processes that are down come back within 200 s, cool-downs last up to 15 minutes, and so do pauses of a client.
  if (!(await run(5 * minute))) return
  for (const replica of replicas.all) replica.running?.punctual.start()
  if (!(await run(35 * minute))) return
  const [stuck] = people.waiting()
  if (stuck) return ledger.breach('callers', `${stuck} has never ended`)

  // Whatever set is held now, it has to prove that it can be renewed.
  if (!(await run(chance.pick([130, 200]) * minute))) return
  for (const known of people.connections.values()) {
    if (ledger.disconnected.get(known.id)?.still) continue
    let works = false
    for (let tries = 0; tries < 3 && !works; tries++) {
      const replica = replicas.any()
      if (!replica) return ledger.breach('quiet', 'no replica has come back')
      // Only a call finds out that a token has ended before its label says so.
      const way = isMislabelled(world, known) ? 'fetch' : 'token'
      void people.use(replica, known, way, known.client === 'calendly' ? 7_100_000 : 1_700_000).then((got) => {
        works = got
      })
      if (!(await run(tries === 0 ? 2 * minute : 16 * minute))) return
    }
    const row = [...ledger.rows.values()].find(
      ({ client, account, status }) => client === known.client && account === known.account && status === 'over',
    )
    if (!works && !row) return ledger.breach('callers', `account ${known.account} gets no token though all is well`)
    if (!works) continue
    const held = [...ledger.rows.values()].some(
      ({ set }) => set?.account === known.account && provider.accessLives(set),
    )
    if (!held) return ledger.breach('callers', `account ${known.account} gets tokens that have ended`)
  }
  if (!(await judgeSparing(world, replicas, people, run))) return
  for (const replica of replicas.all) {
    const running = replica.running
    if (!running) continue
    replicas.restart(replica)
    if (!(await run(minute))) return
    if (running.life.ended !== 'stopped') return ledger.breach('stops', `${running.life.name} has not stopped`)
  }
  // An event that nobody has taken for long is handed over again after up to 8 hours.
  const owing = async () => sender.open() ?? ledger.told.owing() ?? (await sender.unsettled())
  // One that was written while the store's clock was ahead may be due a day later.
  const most = world.storeClock.setBack > 0 ? 34 : 10
  for (let hours = 0; hours < most && (hours === 0 || (await owing())); hours += 1 / 6)
    if (!(await run(10 * minute))) return
  const owed = await owing()
  if (owed) return ledger.breach('told', owed)
  ledger.judge(replicas.kept)
}

/** Whether the provider has ever told a wrong lifetime of a token of that account. */
function isMislabelled({ provider }: World, { client, account }: Known): boolean {
  return provider.sets.some(
    (set) => set.client === client && set.account === account && set.labelledEnd !== set.accessEnds,
  )
}

/** Calls of an account use one token, whatever its label says, for as long as the provider honours it. Rule `paced`. */
async function judgeSparing(
  world: World,
  replicas: Replicas,
  people: People,
  run: (ms: number) => Promise<boolean>,
): Promise<boolean> {
  const { ledger, provider } = world
  const [known] = [...people.connections.values()].filter(
    (one) => isMislabelled(world, one) && !ledger.disconnected.get(one.id)?.still,
  )
  const issued = () =>
    provider.sets.filter(({ client, account }) => client === known?.client && account === known.account)
  if (!known || issued().some(({ labelledEnd, issuedAt }) => labelledEnd > issuedAt)) return true
  const before = issued().length
  for (let calls = 0; calls < 4; calls++) {
    const replica = replicas.any()
    if (replica) void people.use(replica, known, 'fetch')
    if (!(await run(20_000))) return false
  }
  if (issued().length - before > 2)
    ledger.breach('paced', `${issued().length - before} renewals for four calls of account ${known.account} in a row`)
  return ledger.broken === null
}
