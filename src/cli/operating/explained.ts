// An error of the library in the words of the command line: which command helps, in place of which function.

import { PunctualError } from '../../core/errors.ts'
import { CliError } from '../output/cli-error.ts'

export function explained(error: unknown): unknown {
  if (!(error instanceof PunctualError)) return error
  switch (error.code) {
    case 'connection_not_found':
      return failed(
        error,
        'There is no connection with this id, or it was disconnected or belongs to another owner: punctual connections list lists the ids.',
      )
    case 'event_not_found':
      return failed(error, 'There is no event with this id: punctual events list lists the ids.')
    case 'event_not_dead':
      return failed(error, `The event is ${error.reason ?? 'not dead'}; only a dead event can be replayed.`)
    case 'event_not_pending':
      return failed(error, `The event is ${error.reason ?? 'not pending'}; only a pending event can be tried now.`)
    case 'api_key_not_found':
      return failed(error, 'There is no such API key, or it has ended: punctual api-keys list lists the ids.')
    case 'invalid_argument':
      // Of a setting: another place names it.
      return error.message.startsWith('createPunctual')
        ? error
        : new CliError(error.message.replace(/^[\w.]+: /, ''), 2, error)
    default:
      return error
  }
}

function failed(cause: PunctualError, sentence: string): CliError {
  return new CliError(sentence, 1, cause)
}
