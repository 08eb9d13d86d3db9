// Tells whether a name in a syntax tree means the global of that name, or a parameter, variable or import around it.

import type { Ancestors, AstNode } from './source.ts'

// What these export are the globals themselves: `import process from 'node:process'` hides nothing.
const globalsByImport = /^(node:)?(process|perf_hooks)$/

/** Whether an identifier with these ancestors is the use of a value, and no property's, label's or import's name. */
export function isReference(ancestors: Ancestors): boolean {
  const [parent] = ancestors
  if (!parent) return false
  const { node, field } = parent
  if (/^(Import|Export)(Default|Namespace)?Specifier$/.test(node.type) || field === 'label') return false
  const name = (node.type === 'MemberExpression' && field === 'property') || field === 'key'
  return !name || node.computed === true
}

/** Whether something around the place declares the name. */
export function isBound(name: string, ancestors: Ancestors): boolean {
  return ancestors.some(({ node }) => namesDeclaredBy(node).has(name))
}

const declared = new WeakMap<AstNode, ReadonlySet<string>>()

function namesDeclaredBy(scope: AstNode): ReadonlySet<string> {
  let names = declared.get(scope)
  if (!names) {
    names = new Set(declarationsOf(scope).flatMap(namesIn))
    declared.set(scope, names)
  }
  return names
}

function declarationsOf(scope: AstNode): (AstNode | null)[] {
  switch (scope.type) {
    case 'Program':
    case 'BlockStatement':
    case 'FunctionBody':
    case 'StaticBlock':
      return scope.body as AstNode[]
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return [scope.id as AstNode | null, ...(scope.params as AstNode[])]
    case 'ForStatement':
      return [scope.init as AstNode | null]
    case 'ForOfStatement':
    case 'ForInStatement':
      return [scope.left as AstNode]
    case 'CatchClause':
      return [scope.param as AstNode | null]
    default:
      return []
  }
}

/** The names that a declaration or a pattern brings in; none for any other node. */
function namesIn(node: AstNode | null): string[] {
  if (!node) return []
  const below = (field: string) => namesIn(node[field] as AstNode | null)
  const each = (field: string) => (node[field] as (AstNode | null)[]).flatMap(namesIn)
  switch (node.type) {
    case 'Identifier':
      return [String(node.name)]
    case 'ExportNamedDeclaration':
      return below('declaration')
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'VariableDeclarator':
      return below('id')
    case 'VariableDeclaration':
      return each('declarations')
    case 'ImportDeclaration':
      return globalsByImport.test(String((node.source as AstNode).value)) ? [] : each('specifiers')
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return below('local')
    case 'ObjectPattern':
      return each('properties')
    case 'Property':
      return below('value')
    case 'ArrayPattern':
      return each('elements')
    case 'AssignmentPattern':
      return below('left')
    case 'RestElement':
      return below('argument')
    default:
      return []
  }
}
