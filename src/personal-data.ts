// `punctual.erase` and `punctual.export`: everything about one owner. Erasing ends first what could bring something back:
// attempts, then connections. Then it deletes, and looks once more. What the provider has not confirmed yet stays, without a
// name, until it has.

import type { Connection } from './connection.ts'
import { type Checks, checkOptions, owner } from './core/check.ts'
import { PunctualError } from './core/errors.ts'
import type { ErasedConnection, ErasureResult, ExportedConnection, PersonalData } from './core/personal-data.ts'
import type { ConnectionRow } from './core/store/connections.ts'
import { type PersonalCounts, type PersonalKind, personalKinds } from './core/store/personal-data.ts'
import type { Store } from './core/store/store.ts'
import type { Flow } from './flow/flow.ts'
import type { ConnectionRecords } from './records/connections.ts'
import { factsOf } from './records/connections.ts'
import type { GrantRecords } from './records/grants.ts'
import type { PersonalDataRecords } from './records/personal-data.ts'

export interface OwnerRequest {
  readonly owner: string
}

export interface PersonalDataService {
  erase(request: OwnerRequest): Promise<ErasureResult>
  export(request: OwnerRequest): Promise<PersonalData>
}

export interface PersonalDataDependencies {
  readonly personalData: PersonalDataRecords
  readonly connections: Pick<ConnectionRecords, 'list'>
  readonly grants: Pick<GrantRecords, 'get'>
  readonly store: Pick<Store, 'ended'>
  readonly connectionOf: (row: ConnectionRow) => Pick<Connection, 'disconnect'>
  readonly flow: Pick<Flow, 'closeGrant'>
  readonly activity: { flush(): Promise<void>; forget(connection: string): void }
  readonly journal: { drop(hasEnded: (grant: string) => Promise<boolean>): Promise<void> }
  readonly replay: { ready(): Promise<void> | null; last(): Promise<void> }
  /** `null`: there is no escrow. */
  readonly guard: { ready(): Promise<void> | null; shed(): Promise<void> } | null
  readonly clock: { now(): number }
}

const checks: Checks<OwnerRequest> = { owner }
const rowsAtOnce = 200
/** What a request that was under way may have written since the first look. */
const lookedAtAgain: readonly PersonalKind[] = ['connectSessions', 'attempts', 'activity', 'events', 'feed']

export function createPersonalData(dependencies: PersonalDataDependencies): PersonalDataService {
  const { personalData, grants, clock } = dependencies
  const allConnections = (owner: string) => connectionsOf(dependencies, owner)

  return {
    async erase(request) {
      checkOptions('erase', request, checks)
      return erase(dependencies, request.owner)
    },
    async export(request) {
      checkOptions('export', request, checks)
      const { owner } = request
      const rows = await allConnections(owner)
      const connections: ExportedConnection[] = []
      for (const row of rows) {
        const grant = row.status === 'disconnected' ? null : await grants.get(row.grant)
        connections.push({ ...factsOf(row), grant: grant && grantFacts(grant) })
      }
      const kinds = personalKinds.filter((kind) => kind !== 'connections')
      const others: [PersonalKind, unknown][] = []
      for (const kind of kinds) others.push([kind, await personalData.all(owner, kind)])
      const data = { owner, exportedAt: new Date(clock.now()), connections, ...Object.fromEntries(others) }
      return data as unknown as PersonalData
    },
  }
}

async function erase(dependencies: PersonalDataDependencies, owner: string): Promise<ErasureResult> {
  const { personalData, activity, journal, replay, guard, store } = dependencies
  await guard?.ready()
  await replay.ready()
  await activity.flush()
  const before = await personalData.count(owner)
  // No attempt becomes a connection from here on; and the errors that name an account are found by its name.
  for (const kind of ['connectSessions', 'attempts', 'errors', 'activity'] as const)
    await eraseAll(dependencies, owner, kind)
  // A set that is only in the journal belongs to a grant that is about to be revoked.
  await replay.last()
  const disconnected = await disconnectAll(dependencies, owner)
  for (const kind of personalKinds) await eraseAll(dependencies, owner, kind)
  await activity.flush()
  for (const kind of lookedAtAgain) await eraseAll(dependencies, owner, kind)
  await journal.drop((grant) => store.ended.has(grant))
  await guard?.shed()
  await personalData.shred()
  const remaining = await personalData.count(owner)
  const removed = Object.fromEntries(
    personalKinds.map((kind) => [kind, Math.max(0, before[kind] - remaining[kind])]),
  ) as unknown as PersonalCounts
  const isComplete = Object.values(remaining).every((count) => count === 0)
  return Object.freeze({ removed, remaining, isComplete, disconnected })
}

async function eraseAll({ personalData }: PersonalDataDependencies, owner: string, kind: PersonalKind): Promise<void> {
  while ((await personalData.erase(owner, kind, rowsAtOnce)) >= rowsAtOnce);
}

async function disconnectAll(dependencies: PersonalDataDependencies, owner: string): Promise<ErasedConnection[]> {
  const { connectionOf, flow, activity } = dependencies
  const results: ErasedConnection[] = []
  for (const row of await connectionsOf(dependencies, owner)) {
    activity.forget(row.id)
    // One that an earlier call has disconnected may still rest on a grant whose tokens are not revoked.
    if (row.status === 'disconnected') await flow.closeGrant(row.grant).catch(unlessAway)
    else {
      const result = await connectionOf(row).disconnect().catch(unlessGone)
      if (result) results.push(Object.freeze({ connection: row.id, client: row.client, ...result }))
    }
  }
  return results
}

/** Its tokens do not open: they are revoked once the key is back. */
function unlessAway(error: unknown): void {
  if (!(error instanceof PunctualError) || error.code === 'store_unavailable') throw error
}

/** Another call has ended it meanwhile. */
function unlessGone(error: unknown): null {
  if (error instanceof PunctualError && error.code === 'connection_not_found') return null
  throw error
}

async function connectionsOf(
  { connections }: Pick<PersonalDataDependencies, 'connections'>,
  owner: string,
): Promise<ConnectionRow[]> {
  const rows: ConnectionRow[] = []
  for (const status of [undefined, 'disconnected'] as const)
    for (let cursor: string | null = null; ; ) {
      const page = await connections.list({ owner, status, cursor, limit: 200 })
      rows.push(...page.connections)
      cursor = page.cursor
      if (cursor === null) break
    }
  return rows
}

function grantFacts({ expiresAt, usedAt, generation }: { expiresAt: number; usedAt: number; generation: number }) {
  return { expiresAt: new Date(expiresAt), usedAt: new Date(usedAt), generation }
}
