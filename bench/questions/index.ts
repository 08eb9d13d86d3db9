// All questions, in the order of the page.

import type { Question } from '../harness/question.ts'
import { largeCalls, smallCalls, typedCalls } from './calls.ts'
import { connect } from './connect.ts'
import { dev } from './dev.ts'
import { governor } from './governor.ts'
import { growth } from './growth.ts'
import { imports } from './imports.ts'
import { install } from './install.ts'
import { mapping } from './mapping.ts'
import { reads } from './reads.ts'
import { backlog, renewals, renewalsOnPostgres } from './renewals.ts'
import { stampede } from './stampede.ts'
import { events, webhooks } from './webhooks.ts'

export const questions: readonly Question[] = [
  reads,
  smallCalls,
  largeCalls,
  typedCalls,
  mapping,
  backlog,
  connect,
  stampede,
  renewals,
  renewalsOnPostgres,
  webhooks,
  events,
  imports,
  install,
  growth,
  dev,
  governor,
]
