// `punctual events retry <id>`: dispatches a pending event now. The service that runs on the database does it.

import { audited } from '../../operating/audited.ts'
import { withPunctual } from '../../operating/with-punctual.ts'
import { jsonText, type Output } from '../../output/listing.ts'
import type { Settings } from '../../settings/settings.ts'
import type { NamedEvent } from './show.ts'

export async function retryEvent({ id, ...options }: NamedEvent, settings: Settings, output: Output): Promise<void> {
  await withPunctual(settings, 'reads', async ({ punctual }) => {
    await audited(punctual.operator, { action: 'event_retry', subject: id }, () => punctual.events.retry(id, options))
    const { terminal, json } = output
    terminal.line(json ? jsonText({ retried: 1, event: id }, 2) : 'It is due now, while Punctual runs.')
  })
}
