// What Calendly wraps its responses in: one thing in `resource`, several in `collection`.

import { z } from 'zod'
import { shapeOf } from '../../api/shape.ts'

/** One thing. */
export function resource<Value>(value: z.ZodType<Value>): z.ZodType<Value> {
  return shapeOf<{ resource: Value }>({ resource: value }).transform((body) => body.resource)
}

/** All of a list that has no pages. */
export function collection<Value>(value: z.ZodType<Value>): z.ZodType<readonly Value[]> {
  return shapeOf<{ collection: Value[] }>({ collection: z.array(value) }).transform((body) => body.collection)
}
