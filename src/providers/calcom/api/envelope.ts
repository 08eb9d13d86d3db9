// What Cal.com wraps its responses in: one thing or several, in `data`.

import { once, onceForEach } from '../../api/once.ts'
import { type Schema, shapeOf } from '../../api/shape.ts'

export const data: <Value>(value: Schema<Value>) => Schema<Value> = onceForEach(<Value>(value: Schema<Value>) =>
  once(() => shapeOf<{ data: Value }>({ data: value() }).transform((body) => body.data)),
) as never
