// Uses the packed package the way a stranger does: a project that has it in node_modules together with the
// dependencies it declares and no other, imports every subpath, runs every command, the programs in test/package/ and that of
// the guide "Getting started", and type-checks. PUNCTUAL_NODE names the node that does it; default: the one that runs this.

import { cpSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readMarkdown } from '../docs/markdown.ts'
import { execute, freePort } from '../execute.ts'
import type { Manifest } from './manifest.ts'
import type { Packed } from './pack.ts'

// Without the DOM library and with every declaration checked: as strict as a consumer can be.
const compilerOptions = {
  target: 'es2024',
  lib: ['es2024'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
}

const node = process.env.PUNCTUAL_NODE || process.execPath
const guide = 'docs/guide/getting-started.md'

/** One sentence for each thing that does not work in a project that installs the package. */
export async function tryAsConsumer(root: string, packed: Packed, manifest: Manifest): Promise<string[]> {
  const folder = join(dirname(packed.folder), 'consumer')
  install(root, packed, manifest, folder)
  const subpaths = Object.keys(manifest.exports ?? {}).filter((subpath) => subpath !== './package.json')
  const specifiers = subpaths.map((subpath) => subpath.replace(/^\./, manifest.name))

  const failures = await Promise.all([
    ...specifiers.map((specifier) => tryImport(folder, specifier)),
    ...Object.entries(manifest.bin ?? {}).map(([name, path]) =>
      tryCommand(folder, name, join('node_modules', manifest.name, path)),
    ),
    tryGuide(root, folder),
    ...globSync('test/package/*.mjs', { cwd: root }).map((file) => tryProgram(root, folder, file)),
    typecheck(root, folder, manifest.name, specifiers),
  ])
  return failures.flat()
}

function install(root: string, packed: Packed, manifest: Manifest, folder: string): void {
  const modules = join(folder, 'node_modules')
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, '@types/node': '' })
  for (const name of declared) {
    const source = join(root, 'node_modules', name)
    if (!existsSync(source)) continue
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(source, join(modules, name))
  }
  renameSync(packed.folder, join(modules, manifest.name))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', private: true }))
}

async function tryImport(folder: string, specifier: string): Promise<string[]> {
  const { status, output } = await execute(
    node,
    ['--input-type=module', '-e', `await import('${specifier}')`],
    folder,
    15_000,
  )
  return status === 0 ? [] : [`import '${specifier}' fails in a project that installs the package: ${output.trim()}`]
}

async function tryCommand(folder: string, name: string, path: string): Promise<string[]> {
  const file = join(folder, path)
  if (!existsSync(file)) return [`the command ${name} is not packed: there is no ${path}`]
  if (!readFileSync(file, 'utf8').startsWith('#!/usr/bin/env node\n'))
    return [`${path} does not begin with #!/usr/bin/env node`]
  const { status, output } = await execute(node, [file, '--help'], folder, 15_000)
  return status === 0 ? [] : [`${name} --help fails in a project that installs the package: ${output.trim()}`]
}

async function tryProgram(root: string, folder: string, file: string): Promise<string[]> {
  const own = join(folder, basename(file))
  cpSync(join(root, file), own)
  const { status, output } = await execute(node, [own], folder, 60_000)
  return status === 0 ? [] : [`${file} fails in a project that installs the package: ${output.trim()}`]
}

/** The guide's program is JavaScript that type-checks: it runs unchanged on every node that the package supports. */
async function tryGuide(root: string, folder: string): Promise<string[]> {
  if (!existsSync(join(root, guide))) return []
  const { fences } = readMarkdown(readFileSync(join(root, guide), 'utf8'))
  const program = fences.find(({ words }) => words[0] === 'ts' && words[1] === 'run')
  if (!program) return [`${guide} has no block "ts run"`]
  writeFileSync(join(folder, 'app.mjs'), program.code)
  const { status, output } = await execute(node, ['app.mjs'], folder, 30_000, { PORT: await freePort() })
  return status === 0 ? [] : [`the program of ${guide} fails in a project that installs the package: ${output.trim()}`]
}

async function typecheck(root: string, folder: string, name: string, specifiers: readonly string[]): Promise<string[]> {
  const imports = specifiers.map((specifier, index) => `import * as part${index} from '${specifier}'`)
  const parts = specifiers.map((_, index) => `part${index}`)
  writeFileSync(
    join(folder, 'main.ts'),
    `${imports.join('\n')}\nexport const parts: object[] = [${parts.join(', ')}]\n`,
  )
  const surface = copySurface(root, folder, name)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts', ...surface] }))
  const { status, output } = await execute(
    join(root, 'node_modules/.bin/tsc'),
    ['-p', '.', '--pretty', 'false'],
    folder,
  )
  if (status === 0) return []
  // The declarations are checked too (no skipLibCheck); those of the dependencies are not ours to mend.
  const errors = [...output.matchAll(/^(\S+)\(\d+,\d+\): error .+$/gm)]
  const own = ['main.ts', ...surface]
  const ours = errors.filter(([, file = '']) => own.includes(file) || file.startsWith(`node_modules/${name}/`))
  if (errors.length === 0) return [`a project that installs the package does not type-check: ${output.trim()}`]
  return ours.map(([text]) => `a project that installs the package does not type-check: ${text}`)
}

/** The type tests of the public surface, where the package has some, as a consumer would write them. */
function copySurface(root: string, folder: string, name: string): string[] {
  const path = join(root, 'test/types/public-surface.ts')
  if (!existsSync(path)) return []
  const text = readFileSync(path, 'utf8').replace(/'\.\.\/\.\.\/src\/(.+?)(\/index)?\.ts'/g, (_, subpath) =>
    subpath === 'index' ? `'${name}'` : `'${name}/${subpath}'`,
  )
  writeFileSync(join(folder, 'surface.ts'), text)
  return ['surface.ts']
}
