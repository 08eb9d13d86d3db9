// `punctual.operator`: the past, as far as it is kept, page by page.

import { type Checks, checkOptions, checkValue, oneOf, optional, text, whole } from '../core/check.ts'
import type { ConnectionLimits, KnownBudget, KnownObstacle } from '../core/connection-limits.ts'
import { PunctualError } from '../core/errors.ts'
import type {
  AuditEntry,
  ConnectionSearch,
  DispatchesRequest,
  FoundConnections,
  HistoryPage,
  Operator,
  Page,
  PageRequest,
  RefusalsRequest,
  SeriesRequest,
} from '../core/operator.ts'
import { isStorable } from '../core/storable.ts'
import type { LogFilter, LogRow } from '../core/store/activity-log.ts'
import { searchTerm } from '../core/store/connection-terms.ts'
import type { Store } from '../core/store/store.ts'
import { tallyBucketMs } from '../core/store/tallies.ts'
import { type ConnectionRecords, factsOf } from '../records/connections.ts'
import { isCursor, pageOf, placeOf } from '../records/cursor.ts'
import type { GrantRecords } from '../records/grants.ts'
import type { Activity } from './activity.ts'
import { historyItem } from './history-items.ts'
import { createOverview, type OverviewDependencies } from './overview.ts'
import { attemptOf, auditEntryOf, dispatchOf, errorGroupOf, refusalOf, tallyOf } from './rows.ts'

export interface OperatorDependencies extends Omit<OverviewDependencies, 'notes'> {
  readonly store: OverviewDependencies['store'] & Pick<Store, 'history'>
  readonly connections: Pick<ConnectionRecords, 'get' | 'list'>
  readonly grants: Pick<GrantRecords, 'get'>
  readonly activity: Pick<Activity, 'calls' | 'flush' | 'notes'>
  readonly calls: { budgetOf(grant: string): KnownBudget | null }
  readonly scheduling: { obstaclesOf(connection: string): readonly KnownObstacle[] }
}

const dayMs = 86_400_000
/** How many finds of a search are looked at. */
const mostFinds = 200

const limit = optional(whole(1, 200))
const date = (value: unknown) => (value instanceof Date && !Number.isNaN(value.getTime()) ? null : 'must be a Date')
const isNumber = (value: unknown) =>
  !value || (typeof value === 'string' && /^\d{1,16}$/.test(value)) ? null : 'must be the cursor of an earlier page'
const word = (value: unknown) =>
  typeof value === 'string' && isStorable(value, 200) ? null : 'must be a text of 1 to 200 characters'

const seriesChecks: Checks<SeriesRequest> = {
  kind: oneOf('call', 'refresh', 'webhook', 'dispatch', 'connect'),
  from: optional(date),
  to: optional(date),
}
const pageChecks: Checks<PageRequest> = { cursor: optional(isCursor), limit }
const numberedChecks: Checks<PageRequest> = { cursor: optional(isNumber), limit }
const refusalsChecks: Checks<RefusalsRequest> = { ...numberedChecks, client: optional(word) }
const dispatchesChecks: Checks<DispatchesRequest> = {
  ...numberedChecks,
  destination: optional((value) => (typeof value === 'string' ? null : 'must be the name of a destination')),
}
const searchChecks: Checks<ConnectionSearch> = {
  ...pageChecks,
  text: optional((value) => (typeof value === 'string' && value.length <= 300 ? null : 'must be a text')),
  client: optional(word),
  status: optional(oneOf('active', 'needs_reconnect', 'disconnected')),
  error: optional(word),
}
const entryChecks: Checks<Omit<AuditEntry, 'at'>> = { actor: word, action: word, subject: word, outcome: word }

export function createOperator(dependencies: OperatorDependencies): Operator {
  const { store, activity } = dependencies
  const { calls, notes } = activity
  return Object.freeze<Operator>({
    overview: createOverview({ ...dependencies, notes }),
    async series(request) {
      checkOptions('operator.series', request, seriesChecks)
      const to = request.to?.getTime() ?? (await store.tallies.now()) + 1
      const from = request.from?.getTime() ?? to - dayMs
      const rows = await store.tallies.between(request.kind, from, to)
      return { bucketMs: tallyBucketMs, points: rows.map(tallyOf) }
    },
    async errors(request = {}) {
      checkOptions('operator.errors', request, pageChecks)
      const { limit = 50 } = request
      const place = placeOf(request.cursor)
      const after = place && { lastAt: place.createdAt, id: place.id }
      const rows = await store.errorGroups.list({ after, limit: limit + 1 })
      const { page, cursor } = pageOf(
        rows.map((row) => ({ ...row, createdAt: row.lastAt })),
        limit,
      )
      return { items: page.map(({ createdAt: _, ...row }) => errorGroupOf(row)), cursor }
    },
    connections: (request = {}) => found(dependencies, request),
    history: (connection, request = {}) => history(dependencies, connection, request),
    calls,
    limits: (connection) => limits(dependencies, connection),
    async dispatches(event, request = {}) {
      checkValue('operator.dispatches', 'event', event, word)
      checkOptions('operator.dispatches', request, dispatchesChecks)
      // Who has just pressed "try now" looks for what came of it.
      await activity.flush()
      const { destination } = request
      const { items, cursor } = await logged(store, { kind: 'dispatch', subject: event }, request, dispatchOf)
      return { items: items.filter((one) => (destination ?? one.destination) === one.destination), cursor }
    },
    async refusals(request = {}) {
      checkOptions('operator.refusals', request, refusalsChecks)
      return logged(store, { kind: 'refusal', client: request.client }, request, refusalOf)
    },
    async attempts(request = {}) {
      checkOptions('operator.attempts', request, numberedChecks)
      return logged(store, { kind: 'attempt' }, request, attemptOf)
    },
    async audit(request = {}) {
      checkOptions('operator.audit', request, numberedChecks)
      return logged(store, { kind: 'audit' }, request, auditEntryOf)
    },
    async record(entry) {
      checkOptions('operator.record', entry, entryChecks)
      const { actor, action, subject, outcome } = entry
      await store.activityLog.append([
        { kind: 'audit', client: null, data: { actor, action, subject, outcome }, agoMs: 0 },
      ])
    },
  })
}

async function found(
  { store, connections }: OperatorDependencies,
  request: ConnectionSearch,
): Promise<FoundConnections> {
  checkOptions('operator.connections', request, searchChecks)
  const { text, client, status, error, cursor, limit = 50 } = request
  if (error !== undefined) {
    const rows = await store.connections.some(await store.errorGroups.touched(error, mostFinds + 1))
    const wanted = rows.filter((row) => (client ?? row.client) === row.client && (status ?? row.status) === row.status)
    return onePage(wanted, limit, rows.length > mostFinds)
  }
  const term = searchTerm(text ?? '')
  if (term === '') {
    const page = await connections.list({ client, status, cursor, limit })
    return { items: page.connections.map(factsOf), cursor: page.cursor, isCut: false }
  }
  const own = await connections.get((text ?? '').trim())
  if (own && (client ?? own.client) === own.client && (status ?? own.status) === own.status)
    return onePage([own], limit, false)
  const { rows, isCut } = await store.connections.search({ term, client, status, most: mostFinds })
  return onePage(rows, limit, isCut)
}

function onePage(rows: Parameters<typeof factsOf>[0][], limit: number, isCut: boolean): FoundConnections {
  return { items: rows.slice(0, limit).map(factsOf), cursor: null, isCut: isCut || rows.length > limit }
}

async function history(
  { store, connections, grants }: OperatorDependencies,
  id: string,
  request: PageRequest,
): Promise<HistoryPage> {
  checkValue('operator.history', 'connection', id, text)
  checkOptions('operator.history', request, numberedChecks)
  const row = await connections.get(id)
  if (!row) throw connectionNotFound('operator.history')
  const { limit = 50, cursor } = request
  const rows = await store.history.of(id, limit + 1, cursor ? Number(cursor) : undefined)
  const resting = row.status === 'active' ? await grants.get(row.grant) : null
  const { items, cursor: next } = numberedPage(rows, limit, historyItem)
  const dueAt = resting?.refreshAt ?? resting?.dueAt ?? null
  return {
    items,
    cursor: next,
    nextRefreshAt: dueAt === null ? null : new Date(Math.max(dueAt, resting?.retryAt ?? 0, resting?.createdAt ?? 0)),
    isRefreshing: (resting?.leaseLeftMs ?? 0) > 0,
  }
}

async function limits({ connections, calls, scheduling }: OperatorDependencies, id: string): Promise<ConnectionLimits> {
  checkValue('operator.limits', 'connection', id, text)
  const row = await connections.get(id)
  if (!row) throw connectionNotFound('operator.limits')
  return { budget: calls.budgetOf(row.grant), obstacles: scheduling.obstaclesOf(id) }
}

function connectionNotFound(place: string): PunctualError {
  return new PunctualError('connection_not_found', `${place}: the connection does not exist. Check the id.`)
}

async function logged<Item>(
  store: Pick<Store, 'activityLog'>,
  filter: Omit<LogFilter, 'before' | 'limit'>,
  { cursor, limit = 50 }: PageRequest,
  itemOf: (row: LogRow) => Item,
): Promise<Page<Item>> {
  const before = cursor ? Number(cursor) : undefined
  return numberedPage(await store.activityLog.list({ ...filter, before, limit: limit + 1 }), limit, itemOf)
}

/** One page of rows, of which one more than `limit` was read. Its cursor is the number of its last row. */
function numberedPage<Row extends { readonly seq: number }, Item>(
  rows: readonly Row[],
  limit: number,
  itemOf: (row: Row) => Item,
): Page<Item> {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { items: page.map(itemOf), cursor: rows.length > limit && last ? String(last.seq) : null }
}
