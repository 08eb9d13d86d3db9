// An event type or a booking that a query names, read at the provider.

import { PunctualError } from '../../../core/errors.ts'
import { problemKinds, type Subject } from './codes.ts'
import { ApiError } from './problem.ts'
import { wordingOf } from './wording.ts'

/**
 * Reads it. `member`: the name of the parameter with its id.
 *
 * @throws {ApiError} `event_type_not_found`, `booking_not_found`; `invalid_argument` for what cannot be an id of the provider.
 */
export async function namedInQuery<Found>(
  subject: Subject,
  member: string,
  read: () => Promise<Found>,
): Promise<Found> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof PunctualError)) throw error
    const code = `${subject}_not_found` as const
    if (error.code === 'provider_refused' && error.reason === 'not_found')
      throw new ApiError(code, `${problemKinds[code].title} at the provider. Check query.${member}.`)
    const { detail, mistake } = wordingOf(error, new Map([['id', `query.${member}`]]))
    throw mistake ? new ApiError('invalid_argument', detail, { errors: [mistake] }) : error
  }
}
