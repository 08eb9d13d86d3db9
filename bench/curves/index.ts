// The curves, in the order of the page: `npm run bench -- curves`.

import type { Question } from '../harness/question.ts'
import { hour } from './hour.ts'
import { latency } from './latency.ts'
import { sizes } from './sizes.ts'

export const curves: readonly Question[] = [sizes, hour, latency]
