// `punctual export OWNER`: writes everything that is kept about a person to stdout, as JSON. If that is nothing, a sentence on
// stderr says so.

import { withPunctual } from '../../operating/with-punctual.ts'
import { jsonText } from '../../output/listing.ts'
import type { Terminal } from '../../output/terminal.ts'
import type { Settings } from '../../settings/settings.ts'
import { countsOf, isNothing, nothingOf } from './found.ts'

export async function exportOwner(owner: string, settings: Settings, terminal: Terminal): Promise<void> {
  await withPunctual(settings, 'opens', async ({ punctual }) => {
    const data = await punctual.export({ owner })
    terminal.line(jsonText(data, 2))
    if (isNothing(countsOf(data))) process.stderr.write(`${nothingOf(owner)}\n`)
  })
}
