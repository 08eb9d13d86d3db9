// The shape of what a verb returns: which members it has, and of which kinds they are. Two providers return the same shape.

type Kinds = ReadonlySet<string>

/** At each path, such as `[].attendees[].email`: the kinds of value (`string`, `null`, `list`), and an object's members. */
export type Shape = ReadonlyMap<string, Kinds>

/** Members by which the members of a union are told apart: what stands beside them differs with their word. */
const words = ['kind', 'outcome', 'yes']
/** The provider's own answer, and what people have written: they have no shape of ours. */
const opaque = ['raw', 'metadata', 'overrides', 'value']

export function shapeOf(value: unknown): Shape {
  const shape = new Map<string, Set<string>>()
  collect(value, '', shape)
  return shape
}

function collect(value: unknown, path: string, shape: Map<string, Set<string>>): void {
  const kinds = shape.get(path) ?? new Set()
  shape.set(path, kinds.add(kindOf(value)))
  if (Array.isArray(value)) for (const item of value) collect(item, `${path}[]`, shape)
  else if (typeof value === 'object' && value !== null) collectMembers(value, path, shape)
}

function collectMembers(value: object, path: string, shape: Map<string, Set<string>>): void {
  const word = words.find((name) => name in value)
  const of = word === undefined ? path : `${path}<${(value as Record<string, unknown>)[word]}>`
  const kinds = shape.get(of) ?? new Set()
  shape.set(of, kinds)
  for (const [name, member] of Object.entries(value)) {
    kinds.add(`member ${name}`)
    if (!opaque.includes(name)) collect(member, `${of}.${name}`, shape)
  }
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  return Array.isArray(value) ? 'list' : typeof value
}

/** What one shape has and the other has not, at the paths that both have. `null` means "not told", which may differ. */
export function differences(one: Shape, other: Shape): readonly string[] {
  return [...one].flatMap(([path, kinds]) => {
    const [left, right] = [told(kinds), told(other.get(path) ?? new Set())]
    if (left.size === 0 || right.size === 0) return []
    const all = new Set([...left, ...right])
    return [...all]
      .filter((kind) => !left.has(kind) || !right.has(kind))
      .map((kind) => `${path || 'the value'}: ${kind}`)
  })
}

function told(kinds: Kinds): Kinds {
  return new Set([...kinds].filter((kind) => kind !== 'null'))
}
