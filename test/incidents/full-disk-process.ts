// A process whose files cannot grow any more, as on a full disk: it prints the operator's first page.

import { DatabaseSync } from 'node:sqlite'
import { createDashboard } from '../../src/dashboard/index.ts'
import { createPunctual } from '../../src/index.ts'
import { calendly } from '../../src/providers/index.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { baseUrl, testKey } from '../support/settings.ts'

const [file = ''] = process.argv.slice(2)
const clients = [calendly({ clientId: 'id', clientSecret: 'secret', scopes: ['users:read'] })]
const punctual = createPunctual({ baseUrl, keys: [testKey], store: sqlite(file), clients, journal: null })
punctual.on(() => {})()
await punctual.ready()
const filling = new DatabaseSync(file)
filling.exec('create table junk (x)')
try {
  for (;;) filling.prepare('insert into junk values (?)').run('x'.repeat(1000))
} catch {}
const wrote = await punctual.operator.record({ actor: 'a', action: 'test', subject: 'b', outcome: 'ok' }).then(
  () => 'written',
  ({ reason }) => reason,
)
// It is reported a moment later.
await new Promise((resolve) => setTimeout(resolve, 20))
const own = `${baseUrl}/operator`
const { fetch } = createDashboard({ punctual, clients, baseUrl: own, actor: () => 'on call' })
const html = await (await fetch(new Request(own))).text()
process.stdout.write(JSON.stringify({ wrote, html }))
// It cannot write what it has counted.
process.exit(0)
