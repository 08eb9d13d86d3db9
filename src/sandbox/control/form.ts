// Turns a form of the overview into the JSON that it stands for: a form sends only text, and sends empty fields too.

const numbers: ReadonlySet<string> = new Set(['count', 'probability', 'seed', 'ms', 'seconds', 'status'])

/** The fields, without the empty ones. */
export function fromForm(form: URLSearchParams): Record<string, unknown> {
  const kind = form.get('kind')
  const entries = [...form].filter(([, value]) => value !== '')
  return Object.fromEntries(entries.map(([name, value]) => [name, meaningOf(name, value, kind)]))
}

function meaningOf(name: string, value: string, kind: string | null): unknown {
  const isSwitch = /^(calendly|calcom)[A-Z]/.test(name)
  if (isSwitch || numbers.has(name) || name === 'after') return plain(value)
  if (name !== 'fields') return value
  return kind === 'set' ? parsed(value) : value.split(/[\s,]+/).filter((one) => one !== '')
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
