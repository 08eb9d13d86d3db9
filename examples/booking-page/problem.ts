// What a visitor reads when something does not work, and what the page offers next.

import { PunctualError } from 'punctual'

export interface Problem {
  readonly title: string
  readonly sentence: string
  readonly status: 404 | 409 | 422 | 500 | 503
  /**
   * `other_time`: choose another time. `change`: the same would be refused again. `again`: send the same again, under the
   * same key, which books once.
   */
  readonly next: 'other_time' | 'change' | 'again'
}

export function problemOf(error: unknown): Problem {
  if (!(error instanceof PunctualError)) {
    console.error(error)
    return failed
  }
  switch (error.code) {
    case 'provider_refused':
      switch (error.reason) {
        case 'slot_taken':
          return taken
        case 'in_the_past':
          return over
        case 'not_found':
          return gone
        case 'plan_limit':
        case 'not_permitted':
        case 'organization_changed':
          return closed
        case 'calendar_unavailable':
          return away
        default:
          return refused
      }
    case 'connection_not_found':
      return gone
    // The message is for you, and not for a visitor.
    case 'invalid_argument':
      console.error(error.message)
      return refused
    case 'provider_unavailable':
      return error.reason === 'outcome_unknown' ? unsure : away
    case 'rate_limited':
    case 'store_unavailable':
      return away
    // What only the owner can put right: needs_reconnect, insufficient_scope, client_misconfigured, not_supported …
    default:
      return closed
  }
}

const taken: Problem = {
  title: 'This time is taken',
  sentence: 'Somebody else has just taken this time. Please choose another one.',
  status: 409,
  next: 'other_time',
}

export const over: Problem = {
  title: 'This time is over',
  sentence: 'This time has passed. Please choose another one.',
  status: 409,
  next: 'other_time',
}

const refused: Problem = {
  title: 'This did not work',
  sentence: 'The calendar did not accept this. Please check what you entered, or contact us.',
  status: 422,
  next: 'change',
}

const gone: Problem = {
  title: 'Not found',
  sentence: 'This service or booking does not exist any more.',
  status: 404,
  next: 'change',
}

const unsure: Problem = {
  title: 'Not certain yet',
  sentence:
    'The calendar did not confirm in time, so it is not certain yet whether this worked. Try again in a moment: it will happen only once.',
  status: 503,
  next: 'again',
}

const away: Problem = {
  title: 'One moment',
  sentence: 'The calendar cannot be reached at the moment, and nothing was changed. Please try again in a moment.',
  status: 503,
  next: 'again',
}

export const closed: Problem = {
  title: 'Not online at the moment',
  sentence: 'This cannot be done online at the moment. Please contact us directly.',
  status: 503,
  next: 'change',
}

const failed: Problem = {
  title: 'This did not work',
  sentence: 'Something went wrong on our side. Please try again later.',
  status: 500,
  next: 'again',
}
