// When a token may no longer be served. Rule `ended_tokens`.

import type { IssuedSet } from './token-issuer.ts'
import type { KnownConnection } from './workload.ts'
import type { SimulatedProcess, World } from './world.ts'

/** For how long a process may use a token after it was read: the default of the option `tokenMemoryMs`. */
const tokenMemoryMs = 1000

/** A token that a caller has got. */
export interface Served {
  readonly set: IssuedSet
  readonly known: KnownConnection
  readonly process: SimulatedProcess
  /** When the caller asked for it. */
  readonly askedAt: number
}

export function checkServed({ checker }: World, { set, known, process, askedAt }: Served): void {
  const { disconnected, rows, tracker, reportViolation } = checker
  // While the store is away, a process serves what its journal holds for the store.
  if (tracker.stateOf(set).storeFailedAt !== null) return
  const ended = disconnected.get(known.id)
  const knownSince = ended?.knownSince.get(process) ?? Number.POSITIVE_INFINITY
  if (ended?.still && knownSince < askedAt)
    reportViolation('ended_tokens', `${process.name} has disconnected ${known.id}, and serves set ${set.n}`)
  if (ended?.still && ended.at + tokenMemoryMs < askedAt)
    reportViolation('ended_tokens', `a caller got set ${set.n} ${askedAt - ended.at} ms after its connection ended`)
  const row = [...rows.values()].find((one) => one.client === known.client && one.account === known.account)
  const isOfRow = row?.set === set || row?.status === 'closed'
  if (isOfRow && row.endedAt !== null && row.endedAt + tokenMemoryMs < askedAt)
    reportViolation('ended_tokens', `a caller got set ${set.n} ${askedAt - row.endedAt} ms after ${row.name} ended`)
}
