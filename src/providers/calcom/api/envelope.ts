// What Cal.com wraps its responses in: one thing or several, in `data`.

import type { z } from 'zod'
import { shapeOf } from '../../api/shape.ts'

export function data<Value>(value: z.ZodType<Value>): z.ZodType<Value> {
  return shapeOf<{ data: Value }>({ data: value }).transform((body) => body.data)
}
