// What an entry of the history says to a person.

import type { HistoryItem, HistoryKind } from '../core/operator.ts'
import type { HistoryRow } from '../core/store/history.ts'

export function historyItem(row: HistoryRow): HistoryItem {
  const kind = kindOf(row)
  const { data } = row
  return Object.freeze({
    at: new Date(row.at),
    kind,
    ofGrant: row.connection === null,
    data: Object.freeze({ ...data }),
    sentence: sentences[kind](data, row.type),
  })
}

const kinds: Readonly<Record<string, HistoryKind>> = {
  'connection.attached': 'connected',
  'connection.merged': 'disconnected',
  'connection.disconnected': 'disconnected',
  'grant.renewed': 'refreshed',
  'grant.refresh_failed': 'refresh_failed',
  'grant.refresh_lost': 'refresh_lost',
  'grant.fallback_kept': 'fallback_kept',
  'grant.fallback_used': 'fallback_used',
  'grant.healed': 'healed',
  'grant.ended': 'needs_reconnect',
}

function kindOf({ type, data }: HistoryRow): HistoryKind {
  if (type === 'connection.attached' && data.again === true) return 'reconnected'
  return kinds[type] ?? 'other'
}

type Data = HistoryRow['data']

const sentences: Readonly<Record<HistoryKind, (data: Data, type: string) => string>> = {
  connected: () => 'The account was connected.',
  reconnected: () => 'The account was connected again.',
  refreshed: ({ generation }) => `The tokens were refreshed (generation ${generation}).`,
  refresh_failed: ({ reason, retryInMs }) =>
    `A refresh failed (${reason}). It is tried again after ${inWords(Number(retryInMs))}.`,
  fallback_kept: () =>
    'Tokens came from a refresh that another one had overtaken. They are kept in case the provider refuses the newer ones.',
  fallback_used: () => 'The provider refused the tokens. A set that was kept from before is used instead.',
  refresh_lost: () =>
    'The process that was refreshing the tokens did not finish: it was suspended, or it ended. Another one took over.',
  healed: ({ generation, from }) =>
    `A backup was restored. The grant has what the escrow knew of it (generation ${generation}, not ${from}).`,
  needs_reconnect: ({ reason }) => `The grant is over: ${ends[String(reason)] ?? reason}. The owner must reconnect.`,
  disconnected: ({ into }) =>
    typeof into === 'string'
      ? `The connection ${into} has taken the place of this one.`
      : 'The account was disconnected.',
  other: (_, type) => `Something happened that this version does not know (${type}).`,
}

const ends: Readonly<Record<string, string>> = {
  refused: 'the provider refused its refresh token',
  outcome_unknown: 'its refresh token was refused after an earlier answer was lost',
  no_refresh_token: 'its access token has expired, and there is no refresh token',
}

function inWords(ms: number): string {
  if (ms < 1000) return 'a moment'
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`
}
