// What Calendly wraps its answers in: one thing in `resource`, several in `collection`.

import { z } from 'zod'
import { answer } from '../../api/answer.ts'

/** One thing. */
export function resource<Value>(value: z.ZodType<Value>): z.ZodType<Value> {
  return answer<{ resource: Value }>({ resource: value }).transform((body) => body.resource)
}

/** All of a list that has no pages. */
export function collection<Value>(value: z.ZodType<Value>): z.ZodType<readonly Value[]> {
  return answer<{ collection: Value[] }>({ collection: z.array(value) }).transform((body) => body.collection)
}
