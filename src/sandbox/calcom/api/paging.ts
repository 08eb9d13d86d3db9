// `take` and `skip`, as the lists of Cal.com's API read them.

import type { Exchange, Refused } from '../../http/exchange.ts'
import { invalidField } from './fields.ts'

/** Reads how many rows to return and how many to skip, or returns 400; `usual` is the default of `take`. */
export function readSkipTake(exchange: Exchange, usual = 250): { take: number; skip: number } | Refused {
  const fields = Object.fromEntries(exchange.query)
  const take = Number(fields.take ?? usual)
  const skip = Number(fields.skip ?? 0)
  if (!Number.isInteger(take) || take < 1 || take > 250) {
    return { refusal: invalidField(exchange, fields, 'take', ['max', 'must be a number from 1 to 250']) }
  }
  if (!Number.isInteger(skip) || skip < 0) {
    return { refusal: invalidField(exchange, fields, 'skip', ['min', 'must not be less than 0']) }
  }
  return { take, skip }
}
