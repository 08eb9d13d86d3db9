// One line for a webhook of the sandbox that did not arrive, for the terminal of a developer.

import type { ShownDelivery } from '../../sandbox/control/webhooks.ts'
import { shownText } from './shown-text.ts'
import type { Terminal } from './terminal.ts'

/** Prints why a webhook did not arrive, and what happens next. Prints nothing for one that did arrive. */
export function printUndelivered(
  { event, url, state, why, nextAt, attempts }: ShownDelivery,
  terminal: Terminal,
): void {
  if (state === 'delivered') return
  const reason = why ?? attempts.at(-1)?.why ?? 'the reason is unknown'
  const then = nextAt === null ? state.replace('_', ' ') : `it is sent again at ${nextAt}`
  terminal.line(terminal.paint('red', shownText(`sandbox: ${event} did not reach ${url}: ${reason}; ${then}`)))
}
