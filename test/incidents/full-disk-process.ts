// A process whose files cannot grow any more, as on a full disk: it prints the operator's first page.

import { appendFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { createDashboard } from '../../src/dashboard/index.ts'
import { createPunctual } from '../../src/index.ts'
import { calendly } from '../../src/providers/index.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { baseUrl, testKey } from '../support/settings.ts'

const [file = ''] = process.argv.slice(2)
const clients = [calendly({ clientId: 'id', clientSecret: 'secret', scopes: ['users:read'] })]
const punctual = createPunctual({ baseUrl, keys: [testKey], store: sqlite(file), clients, journal: null })
const reported = new Promise<void>((resolve) => {
  punctual.on(({ type }) => type === 'fault' && resolve())
})
await punctual.ready()
// While it is read, the write-ahead log does not begin again from its start: every write needs room.
const reading = new DatabaseSync(file)
reading.exec('begin; select count(*) from sqlite_master')
const filling = new DatabaseSync(file)
filling.exec('create table junk (x)')
try {
  for (;;) filling.prepare('insert into junk values (?)').run('x'.repeat(1000))
} catch {}
try {
  for (;;) appendFileSync(`${file}.rest`, Buffer.alloc(64))
} catch {}
// What failed has left room at the end of the log, which smaller writes use.
try {
  for (;;) filling.exec('update junk set x = random() where rowid = 1')
} catch {}
const wrote = await punctual.operator.record({ actor: 'a', action: 'test', subject: 'b', outcome: 'ok' }).then(
  () => 'written',
  ({ reason }) => reason,
)
await reported
const own = `${baseUrl}/operator`
const { fetch } = createDashboard({ punctual, clients, baseUrl: own, actor: () => 'on call' })
const html = await (await fetch(new Request(own))).text()
process.stdout.write(JSON.stringify({ wrote, html }))
// It cannot write what it has counted.
process.exit(0)
