// What `punctual serve` costs on SQLite, as it is published: the table of docs/guide/deploying.md.
// Usage: npm run bench:service

import { machine } from './harness/machine.ts'
import { buildPackage } from './harness/setting-up.ts'
import { table } from './harness/table.ts'

buildPackage()
const { measureService } = await import('./ours/service.ts')
const rows: (readonly string[])[] = []
for await (const row of measureService()) {
  rows.push(row)
  console.error(row.join('  '))
}
console.log(`${machine()}\n\n${table(['', 'median', 'CPU time'], rows)}`)
