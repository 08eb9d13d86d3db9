// `punctual export OWNER`: writes everything that is kept about a person to stdout, as JSON.

import { withPunctual } from '../../operating/with-punctual.ts'
import { jsonText } from '../../output/listing.ts'
import type { Terminal } from '../../output/terminal.ts'
import type { Settings } from '../../settings/settings.ts'

export async function exportOwner(owner: string, settings: Settings, terminal: Terminal): Promise<void> {
  await withPunctual(settings, 'opens', async ({ punctual }) => {
    terminal.line(jsonText(await punctual.export({ owner }), 2))
  })
}
