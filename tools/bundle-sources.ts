// Bundles src/ for the tests: a chunk for each folder of src/, and a file for each source that exports from the chunk what
// the source exports. So a test process loads a few files, not a thousand.

import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { rolldown } from 'rolldown'

/** Packages of hundreds of modules each: all of them that is imported, so that each module is loaded once. */
const packages = ['kysely', 'kysely/migration', 'zod', 'zod/v4', 'zod/v4/core']

/** Writes the bundle of the repository at `root` to `folder`, which is emptied first. */
export async function bundleSources(root: string, folder: string): Promise<void> {
  const sources = globSync('src/**/*.ts', { cwd: root, exclude: (file) => file.endsWith('.test.ts') })
    // A module that asks where it is stays there.
    .filter((file) => !readFileSync(join(root, file), 'utf8').includes('import.meta'))
    .map((file) => file.slice(0, -'.ts'.length).split(sep).join('/'))
  rmSync(folder, { recursive: true, force: true })
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries([
      ...sources.map((source) => [source, join(root, `${source}.ts`)]),
      ...packages.map((name) => [name, name]),
    ]),
    platform: 'node',
    external: (id) => /^[^./]/.test(id) && !packages.includes(id),
    treeshake: false,
    preserveEntrySignatures: 'allow-extension',
    checks: { ineffectiveDynamicImport: false },
  })
  await build.write({
    dir: folder,
    format: 'esm',
    chunkFileNames: 'chunks/[name].js',
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ debugName: 'folder', name: (id) => chunkOf(relative(root, id).split(sep)) }],
    },
  })
  await build.close()
  writeFileSync(join(folder, 'list.json'), JSON.stringify({ sources, packages }))
}

/**
 * The folder of a source or the package of a module. A command of the command line loads only what it needs, and so does who
 * imports one of the files above the folders.
 */
function chunkOf([top, folder = '', ...inside]: readonly string[]): string {
  if (top !== 'src') return folder
  return folder === 'cli' || inside.length === 0 ? [folder, ...inside].join('-') : folder
}
