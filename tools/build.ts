// Builds what is published: dist/ of the package at `root`.
// Usage: node tools/build.ts [root]

import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { bundle } from './package/bundle.ts'
import { declare } from './package/declarations.ts'

/**
 * Writes the modules and their declarations to `folder`, which is emptied first.
 *
 * @throws {Error} with the errors of the bundler or of the compiler.
 */
export async function build(root: string, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  await bundle(root, folder)
  await declare(root, folder)
}

if (import.meta.main) {
  const root = resolve(process.argv[2] ?? '.')
  await build(root, join(root, 'dist'))
}
