// What one process of a whole test run runs: a file, or some files of the folders whose tests take little but the start of a
// process. Loading Node's parts and the sources takes half a second of CPU, more than most of these files.

import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Folders without a process, a browser or a database server of their own. A test there leaves nothing behind. */
const shared = /^(src|test\/(access|calls|journeys|outbox|providers|sandbox|scheduling|security|typed|webhooks))\//

/** The one of them that starts processes: beside others, its own process would not end. */
const alone = 'test/security/nothing-secret-leaves-the-service.test.ts'

/** A run of so many files takes about ten seconds. */
const filesAtMost = 12

/** The test files for each process: those that have one for themselves first, as they take longest. */
export function unitsOf(files: readonly string[]): readonly (readonly string[])[] {
  const sorted = files.map((file) => file.split(sep).join('/')).sort()
  const isTogether = (file: string) => shared.test(file) && file !== alone
  const together = sorted.filter(isTogether)
  const units: string[][] = sorted.filter((file) => !isTogether(file)).map((file) => [file])
  const count = Math.ceil(together.length / filesAtMost)
  for (let unit = 0; unit < count; unit++)
    units.push(together.slice((unit * together.length) / count, ((unit + 1) * together.length) / count))
  return units
}

/** Writes a file for each unit to `folder`, which is emptied first. By their names they are in order. */
export function writeUnits(root: string, patterns: readonly string[], folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [index, files] of unitsOf(globSync([...patterns], { cwd: root })).entries()) {
    const [first = ''] = files
    const name = `${String(index).padStart(3, '0')}-${first.replace(/\.test\.ts$/, '').replaceAll('/', '-')}.test.mjs`
    const imports = files.map((file) => `import ${JSON.stringify(pathToFileURL(join(root, file)).href)}\n`)
    writeFileSync(join(folder, name), imports.join(''))
  }
}
