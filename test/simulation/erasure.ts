// An owner who is erased, while connects, refreshes and calls of that owner are under way. Rule `erased`: after a complete
// erasure no row of what there was is left, nothing of its grants comes back, and the provider honours none of their tokens.

import type { EscrowSetting } from './escrow-scenarios.ts'
import type { Replicas } from './replicas.ts'
import { request } from './requests.ts'
import { setsOf } from './rows.ts'
import type { IssuedSet } from './token-issuer.ts'
import type { KnownConnection, Workload } from './workload.ts'
import type { World } from './world.ts'

export interface Erasure {
  /** Erases an owner. */
  play(owner: string): void
  /** The database went back to before: it is to be erased again. */
  restored(): void
  checkEnd(): Promise<void>
}

/** What an erasure had to end. */
interface Erased {
  readonly owner: string
  readonly at: number
  /** Connections that were there when it began. */
  readonly connections: readonly string[]
  /** The grants on which no other owner's connection rested, with the sets that they held. */
  readonly grants: ReadonlyMap<string, ReadonlySet<IssuedSet>>
}

export function createErasure(
  world: World,
  { escrow }: EscrowSetting,
  replicas: Replicas,
  workload: Workload,
): Erasure {
  const { checker, database, provider, scheduler, note } = world
  const { tracker } = checker
  const tables = database.tables
  let all: Erased[] = []

  function facts(owner: string): Erased {
    const rows = [...tables.connections.values()]
    const mine = rows.filter((row) => row.owner === owner)
    // Of one that an earlier call has disconnected, that call has told what was not revoked.
    const alone = mine
      .filter(({ disconnected }) => !disconnected)
      .map(({ grant }) => grant)
      .filter((grant) => !rows.some((row) => row.grant === grant && row.owner !== owner && !row.disconnected))
    const grants = [...new Set(alone)].map((id) => [id, new Set(setsOf(checker.rows.get(id) ?? null))] as const)
    return { owner, at: scheduler.now(), connections: mine.map(({ id }) => id), grants: new Map(grants) }
  }

  /** Whether somebody has connected that account again: its grant is another one under the same id. */
  const isInUse = (grant: string) => [...tables.connections.values()].some((row) => row.grant === grant)

  function check({ owner, at, connections, grants }: Erased, isEnd: boolean): void {
    const report = (sentence: string) => checker.reportViolation('erased', sentence)
    for (const id of connections) if (tables.connections.has(id)) report(`${owner} was erased, and ${id} is there`)
    for (const [id, sets] of grants) {
      if (isInUse(id)) continue
      const name = checker.rows.get(id)?.name ?? id
      if (tables.grants.has(id)) report(`${owner} was erased, and ${name} is there`)
      for (const set of sets)
        if (set.client === 'calendly' && provider.honoured(set.client, set.account).includes(set) && !tracker.lost(set))
          report(`${owner} was erased, and the provider honours set ${set.n}`)
      // A compaction that has read before may put back what it has sealed again: the next one drops it.
      if ((escrow.newest(id)?.sets.size ?? 0) > 0 && !escrow.hasOverlappedSince(at))
        report(`${owner} was erased, and the escrow has a set of ${name}`)
      if (!isEnd) continue
      const isOfGrant = (text: string) => text.includes(`"grant":"${id}"`) && !text.includes('elsewhere')
      for (const files of tracker.journals)
        for (const [file, text] of files)
          if (!file.startsWith('foreign') && isOfGrant(text)) report(`${owner} was erased, and the journal has ${file}`)
    }
  }

  async function erase(owner: string): Promise<void> {
    const running = replicas.any()?.running
    if (!running) return
    const { process, punctual } = running
    const { restores } = database
    await request(world, running, async () => {
      const began = facts(owner)
      note(process.name, () => `is asked to erase ${owner}`)
      const result = await punctual.erase({ owner }).catch(() => null)
      note(process.name, () => `has erased ${owner}: ${result === null ? 'failed' : result.isComplete}`)
      if (!result?.isComplete || database.restores !== restores) return
      const isRevoked = !result.disconnected.some(({ notRevoked }) => notRevoked.length > 0)
      const erased = isRevoked ? began : { ...began, grants: withoutSets(began.grants) }
      for (const id of began.connections) forget(id)
      all.push(erased)
      check(erased, false)
    })
  }

  /** The host application has no row of it either. */
  function forget(id: string): void {
    const known: KnownConnection | undefined = workload.connections.get(id)
    if (known) workload.connections.delete(id)
  }

  return {
    play: (owner) => void erase(owner),
    restored() {
      all = []
    },
    async checkEnd() {
      for (const erased of all) check(erased, true)
    },
  }
}

/** The result says which tokens may live on. */
function withoutSets(grants: Erased['grants']): Erased['grants'] {
  return new Map([...grants.keys()].map((id) => [id, new Set<IssuedSet>()]))
}
