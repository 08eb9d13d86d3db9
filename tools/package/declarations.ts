// The declarations of the package: those that its exports reach, name by name. What only our own sources use would make a
// consumer load the types of packages that are not installed.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import {
  type ExportNamedDeclaration,
  type ImportDeclaration,
  type ModuleExportName,
  type Program,
  parseSync,
  type Span,
} from 'oxc-parser'
import { execute } from '../execute.ts'
import { exportsOf, readManifest } from './manifest.ts'

/** Writes them beside the modules. @throws {Error} with the errors of the compiler. */
export async function declare(root: string, folder: string): Promise<void> {
  const all = mkdtempSync(join(tmpdir(), 'punctual-declarations-'))
  try {
    const args = ['-p', 'tsconfig.build.json', '--outDir', all, '--pretty', 'false']
    const { status, output } = await execute(join(root, 'node_modules/.bin/tsc'), args, root, 180_000)
    if (status !== 0) throw new Error(`tsc failed: ${output.trim()}`)
    const used = createReach()
    for (const entry of exportsOf(readManifest(root))) used.addAll(join(all, `${entry}.d.ts`))
    for (const [file, text] of used.texts()) {
      const target = join(folder, relative(all, file))
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, text)
    }
  } finally {
    rmSync(all, { recursive: true, force: true })
  }
}

/** A declaration, or one name of an import or export list. */
interface Part {
  /** The name by which the rest of the file, or another file, refers to it. */
  readonly name: string
  readonly text: string
  /** What it refers to in its own file. */
  readonly uses: readonly string[]
  /** The file that it comes from, and its name there; all of that file without a name. */
  readonly from?: { readonly file: string; readonly name: string | null }
}

interface Statement {
  readonly parts: readonly Part[]
  /** The statement with the parts that are left. */
  write(parts: readonly Part[]): string
}

/** Follows names from file to file, and keeps the parts that it passes. */
function createReach(): { addAll(file: string): void; texts(): Map<string, string> } {
  const files = new Map<string, readonly Statement[]>()
  const kept = new Set<Part>()

  function open(file: string): readonly Statement[] {
    const statements = files.get(file) ?? parse(file, readFileSync(file, 'utf8'))
    files.set(file, statements)
    return statements
  }

  function add(file: string, name: string | null): void {
    for (const part of open(file).flatMap(({ parts }) => parts)) {
      if (kept.has(part) || (name !== null && part.name !== name)) continue
      kept.add(part)
      for (const used of part.uses) add(file, used)
      if (part.from) add(part.from.file, part.from.name)
    }
  }

  function write(statement: Statement): string[] {
    const parts = statement.parts.filter((part) => kept.has(part))
    return parts.length > 0 || statement.parts.length === 0 ? [statement.write(parts)] : []
  }

  return {
    addAll: (file) => add(file, null),
    texts: () => new Map([...files].map(([file, statements]) => [file, `${statements.flatMap(write).join('\n')}\n`])),
  }
}

function parse(file: string, text: string): Statement[] {
  const { program, comments } = parseSync(file, text)
  const textOf = ({ start, end }: Span) => text.slice(start, end)
  return program.body.map((node) => {
    const isList = node.type === 'ImportDeclaration' || (node.type === 'ExportNamedDeclaration' && !node.declaration)
    if (isList) return listOf(file, node, textOf)
    const comment = comments.findLast(({ end }) => end <= node.start && text.slice(end, node.start).trim() === '')
    const whole = textOf({ start: comment?.start ?? node.start, end: node.end })
    const name = declaredBy(node)
    if (!name) throw new Error(`${file}: no name is declared by ${whole}`)
    return { parts: [{ name, text: whole, uses: referencesIn(node) }], write: () => whole }
  })
}

type List = ImportDeclaration | ExportNamedDeclaration

function listOf(file: string, list: List, textOf: (span: Span) => string): Statement {
  const source = list.source?.value
  const [, path] = /^(\..+)\.[jt]s$/.exec(source ?? '') ?? []
  const other = path ? join(dirname(file), `${path}.d.ts`) : null
  const parts = list.specifiers.map((specifier): Part => {
    const [there, here] = namesOf(specifier)
    const uses = source || there === null ? [] : [there]
    return { name: here, text: textOf(specifier), uses, ...(other && { from: { file: other, name: there } }) }
  })
  const names = (kept: readonly Part[]) => `{ ${kept.map(({ text }) => text).join(', ')} }`
  const write = (kept: readonly Part[]) => textOf(list).replace(/\{.+\}/s, names(kept))
  return { parts, write }
}

/** The name of a specifier on its other side, `null` for all names, and its own. */
function namesOf(specifier: List['specifiers'][number]): readonly [there: string | null, here: string] {
  switch (specifier.type) {
    case 'ImportSpecifier':
      return [nameIn(specifier.imported), specifier.local.name]
    case 'ExportSpecifier':
      return [nameIn(specifier.local), nameIn(specifier.exported)]
    case 'ImportDefaultSpecifier':
      return ['default', specifier.local.name]
    case 'ImportNamespaceSpecifier':
      return [null, specifier.local.name]
  }
}

const nameIn = (name: ModuleExportName): string => (name.type === 'Literal' ? name.value : name.name)

function declaredBy(node: Program['body'][number]): string | null {
  const declaration = node.type === 'ExportNamedDeclaration' && node.declaration ? node.declaration : node
  const named = 'declarations' in declaration ? declaration.declarations[0] : declaration
  return named && 'id' in named && named.id && 'name' in named.id ? named.id.name : null
}

/** Where the tree has a name that refers to a declaration. Other names are those of members and of parameters. */
const references = new Set(['typeName', 'exprName', 'expression', 'left', 'superClass'])

function referencesIn(node: unknown, place = ''): string[] {
  if (typeof node !== 'object' || node === null) return []
  if (references.has(place) && 'name' in node) return [String(node.name)]
  const computed = 'computed' in node && node.computed === true
  return Object.entries(node).flatMap(([key, child]) =>
    referencesIn(child, computed && key === 'key' ? 'exprName' : key),
  )
}
