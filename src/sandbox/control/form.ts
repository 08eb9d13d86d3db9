// Turns a form of the pages into the JSON that it stands for: a form sends only text, and sends empty fields too.
// Names that begin with "_" are for the page, and no part of it.

const numbers: ReadonlySet<string> = new Set([
  'count',
  'probability',
  'seed',
  'ms',
  'seconds',
  'status',
  'times',
  'minutes',
  'percent',
])
/** Empty, these mean "without an end". */
const endless: ReadonlySet<string> = new Set(['times', 'minutes'])

/** The fields, without the empty ones. A name with a dot is a field of an object. */
export function fromForm(form: URLSearchParams): Record<string, unknown> {
  const kind = form.get('kind')
  const given: Record<string, unknown> = {}
  for (const [name, value] of form) {
    if (name.startsWith('_') || (value.trim() === '' && !endless.has(name))) continue
    const [first = '', second] = name.split('.', 2)
    if (second === undefined) Object.assign(given, partsOf(name, value, kind))
    else given[first] = { ...(given[first] as object | undefined), [second]: value }
  }
  return given
}

/** A choice among accounts or clients names the provider too, such as `calendly/ADALINDQVIST0001`. */
function partsOf(name: string, value: string, kind: string | null): Record<string, unknown> {
  const named = { who: 'account', app: 'client' }[name]
  if (named === undefined) return { [name]: meaningOf(name, value, kind) }
  const [provider, id] = value.split('/', 2)
  return id === undefined || id === '' ? { provider } : { provider, [named]: id }
}

function meaningOf(name: string, value: string, kind: string | null): unknown {
  const isSwitch = /^(calendly|calcom)[A-Z]/.test(name)
  if (endless.has(name) && value.trim() === '') return null
  if (isSwitch || numbers.has(name) || name === 'after' || name === 'trusted') return plain(value.trim())
  if (name === 'redirectUris') return value.trim() === 'loopback' ? 'loopback' : wordsOf(value)
  if (name !== 'fields') return value
  return kind === 'set' ? parsed(value) : wordsOf(value)
}

function wordsOf(value: string): string[] {
  return value.split(/[\s,]+/).filter((one) => one !== '')
}

function plain(value: string): unknown {
  if (/^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  const words: Record<string, unknown> = { true: true, false: false, null: null }
  return Object.hasOwn(words, value) ? words[value] : value
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
