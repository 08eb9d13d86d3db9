// The end of a history: everything is healed, every replica gets its time, and then every connection has to show that it
// works, or that it is over for a reason.

import type { People } from './people.ts'
import type { Replicas } from './replicas.ts'
import type { Sender } from './sender.ts'
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
      void people.use(replica, known, 'token', known.client === 'calendly' ? 7100 : 1700).then((got) => {
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
  for (const replica of replicas.all) {
    const running = replica.running
    if (!running) continue
    replicas.restart(replica)
    if (!(await run(minute))) return
    if (running.life.ended !== 'stopped') return ledger.breach('stops', `${running.life.name} has not stopped`)
  }
  // An event that nobody has taken for long is handed over again after up to 8 hours.
  const owing = () => sender.open() ?? ledger.told.owing()
  for (let hours = 0; hours < 10 && (hours === 0 || owing()); hours += 1 / 6) if (!(await run(10 * minute))) return
  const owed = owing()
  if (owed) return ledger.breach('told', owed)
  ledger.judge(replicas.kept)
}
