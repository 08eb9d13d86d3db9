// The machine and the versions of a run.

import { readFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'

const here = join(import.meta.dirname, '..')

/** One line: processor, memory, Node, load. */
export function machine(): string {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  return `${cpus().length} × ${cpus()[0]?.model.trim()}, ${memory}, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}`
}

/** The peers with their versions. */
export function versions(): string {
  const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  return Object.entries(dependencies)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
}

/** The version of a peer that is measured. */
export function versionOf(name: string): string {
  const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  return dependencies[name] ?? ''
}
