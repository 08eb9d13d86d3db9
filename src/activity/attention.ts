// Decides what needs a person, from what is known of the last while. It reads nothing itself.

import type { Attention, AttentionKind } from '../core/attention.ts'
import type { ConnectionStatus } from '../core/connection.ts'
import type { ClientOverview, ErrorGroup, Tally } from '../core/operator.ts'
import { needsSentence, type SealedCount } from '../core/store/sealed.ts'
import { attentionTexts } from './attention-texts.ts'

/** What the store cannot say while it is away, this process knows. */
export interface StoreFailure {
  readonly since: Date
  readonly reason: string | null
  readonly message: string
}

/** Everything that is judged. `null`: it could not be read. */
export interface Situation {
  readonly at: Date
  readonly storeFailure: StoreFailure | null
  /** Of the last day, in the order of time. */
  readonly tallies: Readonly<Record<'call' | 'refresh' | 'webhook' | 'dispatch', readonly Tally[]>>
  readonly clients: Readonly<Record<string, ClientOverview>>
  readonly connections: Readonly<Record<string, Readonly<Record<ConnectionStatus, number>>>>
  /** By client: since when the first of its connections needs a person. */
  readonly brokenSince: Readonly<Record<string, Date>>
  readonly events: { readonly dead: number; readonly oldestPendingMs: number | null; readonly deadSince: Date | null }
  /** Those that were seen last. */
  readonly errors: readonly ErrorGroup[]
  readonly brokenWebhooks: readonly {
    readonly connection: string
    readonly client: string
    readonly since: Date
    readonly detail: string
  }[]
  /** Of the last hour. */
  readonly refusals: readonly { readonly at: Date; readonly client: string; readonly reason: string }[]
  /** Refreshed sets that this process keeps in its journal. */
  readonly journaled: number
  /** Ms by which the clock of the database is ahead of this machine's. */
  readonly clockAheadMs: number
  /** What needs a key that this process does not have. */
  readonly missingKeys: readonly SealedCount[]
}

/** The length of the time that counts as lately: two steps of the tallies. */
export const latelyMs = 1_200_000
const hourMs = 3_600_000
/** An error that is reported once an hour is still there. */
const stillMs = hourMs + 900_000
const stuckMs = 900_000
const clockMs = 30_000

interface Found {
  readonly kind: AttentionKind
  readonly since: Date | null
  readonly client?: string
  readonly connection?: string
  /** The id of the error group that says more. */
  readonly error?: string | undefined
  readonly count?: number
  readonly detail?: string
}

export function judge(situation: Situation): Attention[] {
  const found: Found[] = [
    ...ofStore(situation),
    ...ofClients(situation),
    ...ofEvents(situation),
    ...ofWebhooks(situation),
    ...ofClock(situation),
  ]
  const order = Object.keys(attentionTexts)
  return found.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)).map(attentionOf)
}

function attentionOf({ kind, since, client, connection, error, count, detail = '' }: Found): Attention {
  const text = attentionTexts[kind]({ name: connection ?? client ?? '', count: count ?? 0, detail })
  const subject = { client: client ?? null, connection: connection ?? null, error: error ?? null }
  return { kind, since, sentence: text.sentence.trim(), fix: text.fix, subject, count: count ?? null }
}

const noSpace = /full|ENOSPC|EDQUOT|53100/i
/** The file has another place, or everything in it was copied to another database. */
const moved: ReadonlySet<string | null> = new Set(['file_moved', 'moved', 'held'])

function kindOfFailure({ reason }: StoreFailure): AttentionKind {
  if (moved.has(reason)) return 'database_moved'
  if (reason === 'keys_unavailable') return 'keys'
  return noSpace.test(reason ?? '') ? 'disk_full' : 'store'
}

function ofStore({ at, storeFailure, errors, journaled, missingKeys }: Situation): Found[] {
  const found: Found[] = []
  if (storeFailure) {
    const { since, message } = storeFailure
    found.push({ kind: kindOfFailure(storeFailure), since, detail: message })
  }
  const last = (isIt: (group: ErrorGroup) => boolean) =>
    errors.find((group) => isIt(group) && at.getTime() - group.lastAt.getTime() < stillMs)
  const key = last(({ reason }) => reason === 'unknown_key')
  if (missingKeys.length > 0) {
    const count = missingKeys.reduce((total, { values }) => total + (values ?? 0), 0)
    found.push({ kind: 'keys', since: key?.firstAt ?? null, count, detail: `${capital(needsSentence(missingKeys))}.` })
  } else if (key) found.push({ kind: 'keys', since: key.firstAt, detail: key.sentence })
  const journal = last(
    ({ code, reason }) => code === 'journal_unwritable' || (reason?.startsWith('journal_un') ?? false),
  )
  if (journal || journaled > 0)
    found.push({ kind: 'journal', since: journal?.firstAt ?? null, count: journaled, detail: journal?.sentence ?? '' })
  return found
}

function ofClients({ at, clients, connections, brokenSince, tallies, errors }: Situation): Found[] {
  const found: Found[] = []
  for (const [client, { health, since, reason, recent }] of Object.entries(clients)) {
    if (health === 'misconfigured')
      found.push({ kind: 'client_misconfigured', since, client, detail: reason ?? 'no reason given' })
    if (recent.unanswered > recent.answered) {
      const why = errors.find((group) => group.code === 'provider_unavailable' && group.client === client)
      const detail = why?.reason ?? 'no answer'
      found.push({ kind: 'provider_away', since: awaySince(tallies, client), client, detail })
    }
  }
  for (const [client, { needs_reconnect: count }] of Object.entries(connections))
    if (count > 0) found.push({ kind: 'needs_reconnect', since: brokenSince[client] ?? null, client, count })
  for (const [client, unknown] of Object.entries(groupBy(tallies.call.filter(isUnknown), ({ client }) => client)))
    found.push({
      kind: 'outcome_unknown',
      since: unknown[0]?.at ?? at,
      client,
      error: errors.find((group) => group.reason === 'outcome_unknown' && group.client === client)?.id,
      count: sum(unknown),
    })
  return found
}

const isUnknown = ({ outcome }: Tally) => outcome === 'unknown'

/** Whether what was sent got a usable answer; `null` for work that says nothing about it. */
export function isAnswered({ outcome }: Pick<Tally, 'outcome'>): boolean | null {
  if (outcome === 'unavailable') return false
  return answered.has(outcome) ? true : null
}

const answered: ReadonlySet<string> = new Set(['ok', 'renewed', 'refused', 'limited', 'insufficient_scope', 'unknown'])

/** The beginning of the time in which most of each step got no answer. */
function awaySince({ call, refresh }: Situation['tallies'], client: string): Date | null {
  const own = [...call, ...refresh].filter((tally) => tally.client === client)
  const steps = Object.entries(groupBy(own, ({ at }) => String(at.getTime()))).sort(([a], [b]) => Number(b) - Number(a))
  let since: Date | null = null
  for (const [at, tallies] of steps) {
    const { answered, unanswered } = answersOf(tallies)
    if (answered + unanswered === 0) continue
    if (unanswered <= answered) break
    since = new Date(Number(at))
  }
  return since
}

export function answersOf(tallies: readonly Tally[]): { readonly answered: number; readonly unanswered: number } {
  return {
    answered: sum(tallies.filter((tally) => isAnswered(tally) === true)),
    unanswered: sum(tallies.filter((tally) => isAnswered(tally) === false)),
  }
}

function ofEvents({ at, events, tallies, errors }: Situation): Found[] {
  const found: Found[] = []
  const { oldestPendingMs, dead, deadSince } = events
  if (oldestPendingMs !== null && oldestPendingMs > stuckMs)
    found.push({
      kind: 'events_stuck',
      since: new Date(at.getTime() - oldestPendingMs),
      detail: `${Math.round(oldestPendingMs / 60_000)} minutes`,
    })
  if (dead > 0) found.push({ kind: 'events_dead', since: deadSince, count: dead })
  const lately = tallies.dispatch.filter((tally) => at.getTime() - tally.at.getTime() < latelyMs)
  const failed = lately.filter(({ outcome }) => outcome === 'failed' || outcome === 'dead')
  const done = lately.filter(({ outcome }) => outcome === 'acknowledged')
  if (sum(failed) > sum(done)) {
    const why = errors.find(({ code }) => code === 'deliver_to_failed')
    const detail = why?.sentence ?? 'not acknowledged'
    found.push({ kind: 'handler_fails', since: why?.firstAt ?? failed[0]?.at ?? null, count: sum(failed), detail })
  }
  return found
}

function ofWebhooks({ at, brokenWebhooks, refusals, tallies }: Situation): Found[] {
  const found: Found[] = brokenWebhooks.map((broken) => ({ kind: 'webhook_broken', ...broken }))
  const isLate = ({ at: time }: { readonly at: Date }) => at.getTime() - time.getTime() < hourMs
  const refused = tallies.webhook.filter((tally) => tally.outcome === 'refused' && isLate(tally))
  for (const [client, counted] of Object.entries(groupBy(refused, (tally) => tally.client))) {
    const own = refusals.filter((refusal) => refusal.client === client && isLate(refusal))
    const detail = [...new Set(own.map(({ reason }) => reason))].join(', ') || 'see the list'
    const since = own.at(-1)?.at ?? counted[0]?.at ?? null
    found.push({ kind: 'webhooks_refused', since, client, count: sum(counted), detail })
  }
  return found
}

function ofClock({ clockAheadMs }: Situation): Found[] {
  if (Math.abs(clockAheadMs) < clockMs) return []
  return [{ kind: 'clock', since: null, detail: `${Math.round(Math.abs(clockAheadMs) / 1000)} s` }]
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}

function sum(tallies: readonly Tally[]): number {
  return tallies.reduce((total, { count }) => total + count, 0)
}

function groupBy(tallies: readonly Tally[], keyOf: (tally: Tally) => string): Record<string, Tally[]> {
  const groups: Record<string, Tally[]> = {}
  for (const tally of tallies) {
    const group = groups[keyOf(tally)] ?? []
    group.push(tally)
    groups[keyOf(tally)] = group
  }
  return groups
}
