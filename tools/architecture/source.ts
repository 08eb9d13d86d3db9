// Reads one TypeScript file into the facts that the architecture rules are about: what it imports, which ambient
// things it reaches for, which words its code says. Parsed, not searched: a comment or a type is never a call.

import { parseSync, visitorKeys } from 'oxc-parser'
import { isBound, isReference } from './scope.ts'

export interface AstNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

/** A node's way up to the program, nearest first: each parent with the field that leads down. */
export type Ancestors = readonly { readonly node: AstNode; readonly field: string }[]

export interface Mention {
  readonly text: string
  readonly line: number
}

export interface Source {
  /** Specifiers as written, of every kind of import; the empty text stands for a computed one. */
  readonly imports: readonly Mention[]
  /** Uses of {@link ambient} things and of `process.env`. */
  readonly ambient: readonly Mention[]
  /** Statements other than `export { name } from` and `export type { Name } from`. */
  readonly statements: readonly Mention[]
  /** The text with every comment blanked out, line for line. */
  readonly code: string
}

/** What comes from the process and not from a parameter, in the words used for it in a message. */
export const ambient: ReadonlySet<string> = new Set([
  'fetch',
  'setTimeout',
  'setInterval',
  'new Date()',
  'Date.now',
  'performance.now',
  'process.hrtime',
  'process.env',
  'Math.random',
  'AbortSignal.timeout',
])

const timers = /^(node:)?timers(\/promises)?$/
const globals = /^(globalThis|global|window|self)\./
const typesWithValue = /^TS(As|Satisfies|NonNull|Instantiation)Expression$|^TSTypeAssertion$/

/** @throws {SyntaxError} when the file does not parse. */
export function readSource(path: string, text: string): Source {
  const { program, comments, errors } = parseSync(path, text, { preserveParens: false })
  if (errors[0]) throw new SyntaxError(`${path} does not parse: ${errors[0].message}`)
  const starts = [...text.matchAll(/\n/g)].map(({ index }) => index)
  const lineOf = ({ start }: AstNode) => 1 + starts.filter((newline) => newline < start).length

  const imports: Mention[] = []
  const used: Mention[] = []
  const root = program as unknown as AstNode
  walk(root, [], (node, ancestors) => {
    const request = requestOf(node)
    if (request !== null) imports.push({ text: request, line: lineOf(node) })
    for (const name of usesOf(node, ancestors)) used.push({ text: name, line: lineOf(node) })
  })

  const statements = (root.body as AstNode[])
    .filter((node) => !(node.type === 'ExportNamedDeclaration' && node.source))
    .map((node) => ({ text: node.type, line: lineOf(node) }))
  return { imports, ambient: used, statements, code: withoutComments(text, comments) }
}

function walk(node: AstNode, ancestors: Ancestors, visit: (node: AstNode, ancestors: Ancestors) => void): void {
  visit(node, ancestors)
  for (const field of visitorKeys[node.type] ?? []) {
    const below = node[field] as AstNode | (AstNode | null)[] | null | undefined
    const children = Array.isArray(below) ? below : [below]
    for (const child of children) if (child) walk(child, [{ node, field }, ...ancestors], visit)
  }
}

/** What the node imports: a specifier, the empty text when it is computed, null when the node is no import. */
function requestOf(node: AstNode): string | null {
  if (!/^(Import(Declaration|Expression)|Export(Named|All)Declaration|TSImportType)$/.test(node.type)) return null
  const source = node.source as AstNode | null
  if (!source) return null
  if (typeof source.value === 'string') return source.value
  const [only, ...more] = (source.quasis ?? []) as { value: { cooked: string } }[]
  return only && more.length === 0 ? only.value.cooked : ''
}

function usesOf(node: AstNode, ancestors: Ancestors): string[] {
  if (node.type === 'ImportDeclaration') return importedAmbient(node)
  if (isInType(ancestors)) return []
  return namesOf(node, ancestors).filter((name) => ambient.has(name))
}

function namesOf(node: AstNode, ancestors: Ancestors): string[] {
  if (node.type === 'Identifier') {
    const name = String(node.name)
    return isReference(ancestors) && !isBound(name, ancestors) ? [name] : []
  }
  if (node.type === 'MemberExpression') return [globalPath(node, ancestors)]
  if (node.type === 'NewExpression' || node.type === 'CallExpression') {
    const called = globalPath(node.callee as AstNode, ancestors)
    const bare = (node.arguments as unknown[]).length === 0 || node.type === 'CallExpression'
    return called === 'Date' && bare ? ['new Date()'] : []
  }
  // const { now } = Date
  if (node.type === 'VariableDeclarator' && node.init && (node.id as AstNode).type === 'ObjectPattern') {
    const from = globalPath(node.init as AstNode, ancestors)
    const properties = (node.id as AstNode).properties as AstNode[]
    return properties.map((property) => `${from}.${(property.key as AstNode | undefined)?.name}`.replace(globals, ''))
  }
  return []
}

/** `Date.now` for `globalThis.Date.now`; the empty text when the path starts at a local name or is no path. */
function globalPath(node: AstNode, ancestors: Ancestors): string {
  const parts: string[] = []
  let at = node
  while (at.type === 'MemberExpression') {
    const property = at.property as AstNode
    parts.unshift(String(at.computed ? property.value : property.name))
    at = at.object as AstNode
  }
  if (at.type !== 'Identifier' || isBound(String(at.name), ancestors)) return ''
  return [at.name, ...parts].join('.').replace(globals, '')
}

function importedAmbient(node: AstNode): string[] {
  const from = (node.source as AstNode).value as string
  if (node.importKind === 'type') return []
  const specifiers = (node.specifiers ?? []) as AstNode[]
  const names = specifiers.map((specifier) => (specifier.imported as AstNode | undefined)?.name)
  if (timers.test(from)) return names.map((name) => (name === 'setInterval' ? 'setInterval' : 'setTimeout'))
  if (/^(node:)?process$/.test(from)) return names.filter((name) => name === 'env').map(() => 'process.env')
  return []
}

function isInType(ancestors: Ancestors): boolean {
  return ancestors.some(({ node, field }) => {
    return node.type.startsWith('TS') && !(field === 'expression' && typesWithValue.test(node.type))
  })
}

function withoutComments(text: string, comments: readonly { start: number; end: number }[]): string {
  let code = ''
  let at = 0
  for (const { start, end } of comments) {
    code += text.slice(at, start) + text.slice(start, end).replace(/[^\n]/g, ' ')
    at = end
  }
  return code + text.slice(at)
}
