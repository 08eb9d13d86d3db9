// Picks requests from the record: by provider, kind, status and account.

import type { RecordedRequest } from '../http/journal.ts'

/** What a status means to a person in search of a fault. */
export type RequestOutcome = 'ok' | 'refused' | 'failed' | 'no_answer'

/** What the requests are to have; what is left out does not matter. */
export interface RequestFilter {
  readonly provider?: string | undefined
  readonly endpoint?: string | undefined
  readonly status?: string | undefined
  readonly account?: string | undefined
}

/** Whether it went well, was refused (4xx), failed (5xx), or got no answer. */
export function outcomeOf({ status }: Pick<RecordedRequest, 'status'>): RequestOutcome {
  if (status === null) return 'no_answer'
  if (status >= 500) return 'failed'
  return status >= 400 ? 'refused' : 'ok'
}

/** Reads the filter from a query; an empty value does not matter. */
export function readFilter(query: URLSearchParams): RequestFilter {
  const of = (name: string): string | undefined => query.get(name) || undefined
  return { provider: of('provider'), endpoint: of('endpoint'), status: of('status'), account: of('account') }
}

/** The requests that match, in their order. `status` is a number or an outcome. */
export function filterRequests(
  requests: readonly RecordedRequest[],
  { provider, endpoint, status, account }: RequestFilter,
): RecordedRequest[] {
  return requests.filter(
    (one) =>
      (provider === undefined || one.provider === provider) &&
      (endpoint === undefined || one.endpoint === endpoint) &&
      (account === undefined || one.account === account) &&
      (status === undefined || outcomeOf(one) === status || String(one.status) === status),
  )
}
