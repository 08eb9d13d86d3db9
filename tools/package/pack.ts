// Builds and packs the package the way it is published, in a folder of its own: two runs at once do not meet in dist/,
// and a file left in dist/ by an older build is not packed.

import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { build } from '../build.ts'
import { execute } from '../execute.ts'
import { readManifest } from './manifest.ts'

export interface Packed {
  readonly tarball: string
  /** The unpacked package. */
  readonly folder: string
}

// npm packs these unasked.
const always = /^(package\.json|readme|licen[cs]e|changelog|\.npmignore)/i

/**
 * Leaves the tarball and the unpacked package in `into`.
 *
 * @throws {Error} with the output of the step that failed.
 */
export async function buildAndPack(root: string, into: string): Promise<Packed> {
  const stage = join(into, 'stage')
  mkdirSync(stage)
  const listed = readManifest(root).files ?? []
  for (const name of readdirSync(root)) {
    if (name !== 'dist' && (always.test(name) || listed.includes(name))) {
      cpSync(join(root, name), join(stage, name), { recursive: true })
    }
  }
  await build(root, join(stage, 'dist'))
  await must('npm pack', 'npm', ['pack', '--ignore-scripts', '--pack-destination', into], stage)
  const tarball = readdirSync(into).find((name) => name.endsWith('.tgz')) ?? ''
  await must('tar', 'tar', ['-xzf', tarball], into)
  return { tarball: join(into, tarball), folder: join(into, 'package') }
}

async function must(name: string, command: string, args: string[], cwd: string): Promise<void> {
  const { status, output } = await execute(command, args, cwd)
  if (status !== 0) throw new Error(`${name} failed: ${output.trim()}`)
}
