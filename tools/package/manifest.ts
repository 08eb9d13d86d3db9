// What package.json says about the package, and the source of each file that it names: `./dist/x.js` is built from
// `./src/x.ts`.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly files?: readonly string[]
  readonly bin?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

/** The `x` of each export `./dist/x.js`. */
export function exportsOf({ exports = {} }: Manifest): string[] {
  return Object.values(exports).flatMap((target) => entryOf(target) ?? [])
}

/** The `x` of each export and command `./dist/x.js`. */
export function entriesOf({ exports, bin }: Manifest): string[] {
  return Object.values({ ...exports, ...bin }).flatMap((target) => entryOf(target) ?? [])
}

/** `null` for another target. */
export function entryOf(target: unknown): string | null {
  return /^\.\/dist\/(.+)\.js$/.exec(String(target))?.[1] ?? null
}
