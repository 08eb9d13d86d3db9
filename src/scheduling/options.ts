// How the calls of a verb are made: checked once, and given to every call that the verb makes.

import { callOptionChecks } from '../core/call-options.ts'
import type { ApiCaller } from '../core/calls.ts'
import { type Checks, checkOptions, optional } from '../core/check.ts'
import type { VerbListOptions, VerbOptions } from '../core/scheduling/requests.ts'

/** The checks of the options that every verb has. */
export const verbChecks: Checks<VerbOptions> = callOptionChecks

/** What is wrong with a text that is not a position of this list. */
export const mustBePosition = 'must be the `position` of an earlier iteration of the same list'

export const listChecks: Checks<VerbListOptions> = {
  ...verbChecks,
  from: optional((value) => (typeof value === 'string' ? null : mustBePosition)),
}

/** @throws {PunctualError} `invalid_argument` */
export function checkVerbOptions<Options extends VerbOptions>(
  place: string,
  options: Options | undefined,
  checks: Checks<Options>,
): void {
  if (options !== undefined) checkOptions(place, options, checks, 'options')
}

/** Returns a caller whose calls have these options too. Members that are no options of a call are left out. */
export function withOptions(api: ApiCaller, options: VerbOptions = {}): ApiCaller {
  const given = Object.entries(options).filter(([name, value]) => name in verbChecks && value !== undefined)
  if (given.length === 0) return api
  const shared = Object.fromEntries(given) as VerbOptions
  return {
    provider: api.provider,
    account: api.account,
    call: (path, init) => api.call(path, { ...shared, ...init }),
    pages: (path, init) => api.pages(path, { ...shared, ...init }),
  }
}
