// `punctual try` (npm run try): the life of a connection in the terminal, at both providers, on a free port, without a browser
// and without files. It ends with exit code 0 only if everything went as promised.

import { randomBytes } from 'node:crypto'
import type { Fetch } from '../../core/http.ts'
import { createPunctual } from '../../punctual.ts'
import { createSandbox } from '../../sandbox/sandbox.ts'
import { memory } from '../../store/memory.ts'
import type { Terminal } from '../output/terminal.ts'
import { clientsOf, sandboxRegistrations } from '../settings/clients.ts'
import { journey, ownerOfJourney } from '../tour/journey.ts'
import { createRecorder } from '../tour/recorder.ts'
import { createStory } from '../tour/story.ts'

export interface TryCommand {
  readonly terminal: Terminal
  readonly fetch: Fetch
}

/** The address of the app. Nothing listens there: the callback is passed to the handler. */
const baseUrl = 'http://localhost:3000'

const notSet = { credentials: null, scopes: null, hosts: null }

export async function tryOut({ terminal, fetch }: TryCommand): Promise<void> {
  const { line, paint } = terminal
  const sandbox = await createSandbox({ port: 0, clients: sandboxRegistrations(baseUrl) })
  const clients = clientsOf({ calendly: notSet, calcom: notSet }, sandbox).map(({ client }) => client)
  const recorder = createRecorder(fetch)
  const punctual = createPunctual({
    baseUrl,
    clients,
    keys: [randomBytes(32).toString('base64url')],
    store: memory(),
    journal: null,
    currentOwner: ownerOfJourney,
    fetch: recorder.fetch,
    clock: { now: () => sandbox.clock.now() },
  })
  try {
    line(paint('bold', 'A customer of yours connects a calendar, and keeps it connected.'))
    line(
      'The sandbox in this process stands in for both providers. Of each secret, only the first four characters are shown.',
    )
    const story = createStory(terminal)
    for (const client of clients) {
      const provider = client.provider.name === 'calendly' ? 'calendly' : 'calcom'
      await journey({ punctual, sandbox, recorder, story, client, provider, person: 'ada' })
    }
    line()
    line(`${paint('green', '✔')} ${paint('bold', 'Everything went as promised.')} To see the same on a page: npm start`)
  } finally {
    await punctual.stop()
    await sandbox.close()
  }
}
