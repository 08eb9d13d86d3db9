// The rows of the store as an operator sees them.

import type { AttemptEnd, WebhookRefusal } from '../core/events.ts'
import type { DispatchOutcome } from '../core/measure.ts'
import type {
  AuditEntry,
  ErrorGroup,
  EventDispatch,
  FailedAttempt,
  Refusal,
  Tally,
  TallyOutcome,
} from '../core/operator.ts'
import type { LogRow } from '../core/store/activity-log.ts'
import type { ErrorGroupRow } from '../core/store/error-groups.ts'
import type { TallyRow } from '../core/store/tallies.ts'

export function tallyOf({ at, outcome, client, count }: TallyRow): Tally {
  return { at: new Date(at), outcome: outcome as TallyOutcome, client, count }
}

export function errorGroupOf({ code, firstAt, lastAt, ...row }: ErrorGroupRow): ErrorGroup {
  return { ...row, code: code as ErrorGroup['code'], firstAt: new Date(firstAt), lastAt: new Date(lastAt) }
}

export function refusalOf({ at, client, data }: LogRow): Refusal {
  const connection = textOf(data.connection)
  return { at: new Date(at), client: client ?? '', connection, reason: data.reason as WebhookRefusal }
}

export function attemptOf({ at, client, data }: LogRow): FailedAttempt {
  return { at: new Date(at), client: client ?? '', owner: textOf(data.owner), reason: data.reason as AttemptEnd }
}

export function dispatchOf({ at, data }: LogRow): EventDispatch {
  const { destination, outcome, attempt, error, durationMs } = data
  return {
    at: new Date(at),
    destination: textOf(destination) ?? '',
    outcome: outcome as DispatchOutcome,
    attempt: Number(attempt),
    error: textOf(error),
    durationMs: Number(durationMs),
  }
}

export function auditEntryOf({ at, data }: LogRow): AuditEntry {
  const { actor, action, subject, outcome } = data
  return {
    at: new Date(at),
    actor: textOf(actor) ?? '',
    action: textOf(action) ?? '',
    subject: textOf(subject) ?? '',
    outcome: textOf(outcome) ?? '',
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
