// One line for a webhook of the sandbox that did not arrive, for the terminal of the person who waits for it.

import type { ShownDelivery } from '../sandbox/control/webhooks.ts'
import type { Terminal } from './terminal.ts'

/** Prints why a webhook did not arrive, and what follows; nothing for one that did. */
export function printUndelivered(
  { event, url, state, why, nextAt, attempts }: ShownDelivery,
  terminal: Terminal,
): void {
  if (state === 'delivered') return
  const reason = why ?? attempts.at(-1)?.why ?? 'no reason is known'
  const then = nextAt === null ? state.replace('_', ' ') : `comes again at ${nextAt}`
  terminal.line(terminal.paint('red', `sandbox: ${event} did not reach ${url}: ${reason}; ${then}`))
}
