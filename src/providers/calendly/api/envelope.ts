// What Calendly wraps its responses in: one thing in `resource`, several in `collection`.

import { z } from 'zod'
import { once, onceForEach } from '../../api/once.ts'
import { type Schema, shapeOf } from '../../api/shape.ts'

/** One thing. */
export const resource: <Value>(value: Schema<Value>) => Schema<Value> = onceForEach(<Value>(value: Schema<Value>) =>
  once(() => shapeOf<{ resource: Value }>({ resource: value() }).transform((body) => body.resource)),
) as never

/** All of a list that has no pages. */
export const collection: <Value>(value: Schema<Value>) => Schema<readonly Value[]> = onceForEach(
  <Value>(value: Schema<Value>) =>
    once(() => shapeOf<{ collection: Value[] }>({ collection: z.array(value()) }).transform((body) => body.collection)),
) as never
