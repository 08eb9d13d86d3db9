// Every action of these pages is written to the audit with its actor and its outcome, before the person gets an answer.

import { PunctualError } from '../core/errors.ts'
import { membersOf } from '../core/json.ts'
import type { Operator } from '../core/operator.ts'
import type { Visit } from './visit.ts'

/** What is done on these pages, in the words of the audit. */
export type Action =
  | 'connect'
  | 'reconnect'
  | 'reconnect_link'
  | 'test'
  | 'refresh'
  | 'disconnect'
  | 'subscribe'
  | 'unsubscribe'
  | 'retry'
  | 'replay'
  | 'replay_since'
  | 'book'
  | 'move'
  | 'cancel'
  | 'sign_in'
  | 'sign_out'
  | 'unlock'
  | 'lock'

export interface Audit {
  /** Writes what came of it: the code of an error, its own word `outcome`, or `ok`. */
  record(visit: Visit, action: Action, subject: string, outcome: unknown): Promise<void>
  /** Does it, and writes what came of it: `ok`, the word that `wordOf` finds for it, or the code of its error. */
  of<Result>(
    visit: Visit,
    what: readonly [action: Action, subject: string],
    work: () => Promise<Result>,
    wordOf?: (result: Result) => string,
  ): Promise<Result>
}

export function createAudit(operator: Pick<Operator, 'record'>): Audit {
  const record = (visit: Visit, action: Action, subject: string, outcome: string) =>
    // An address may name anything.
    operator.record({ actor: visit.person.name, action, subject: subject.slice(0, 200) || '?', outcome })

  return {
    record: (visit, action, subject, outcome) => record(visit, action, subject, wordOfOutcome(outcome)),
    of: (visit, [action, subject], work, wordOf = () => 'ok') =>
      work().then(
        async (result) => {
          await record(visit, action, subject, wordOf(result))
          return result
        },
        async (error: unknown) => {
          // The error itself says more than that it could not be written.
          if (error instanceof PunctualError) await record(visit, action, subject, error.code).catch(() => {})
          throw error
        },
      ),
  }
}

function wordOfOutcome(outcome: unknown): string {
  if (outcome instanceof PunctualError) return outcome.code
  const { outcome: word } = membersOf(outcome)
  return typeof word === 'string' ? word : 'ok'
}
