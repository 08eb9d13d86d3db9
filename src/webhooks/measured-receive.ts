// Measures the providers' deliveries.

import type { Clock } from '../core/clock.ts'
import type { Measure, WebhookOutcome } from '../core/measure.ts'
import type { Receive } from './receive.ts'

/** Returns the same function, measured. */
export function measuredReceive(
  receive: Receive,
  measure: Measure,
  clients: ReadonlyMap<string, unknown>,
  clock: Pick<Clock, 'monotonic'>,
): Receive {
  return async (client, subscription, request) => {
    // A stranger can ask for any client: what is not configured must not become a label of a metric.
    if (!clients.has(client)) return receive(client, subscription, request)
    const began = clock.monotonic()
    const note = (outcome: WebhookOutcome) =>
      measure({ kind: 'webhook', client, outcome, durationMs: clock.monotonic() - began })
    try {
      const receipt = await receive(client, subscription, request)
      note(receipt.outcome)
      return receipt
    } catch (error) {
      note('unavailable')
      throw error
    }
  }
}
