// Reads the JSON of a column. Text that does not parse, or is something else, is read as empty: a damaged row must not
// keep other rows from being read. It fails by itself where its sealed fields are opened.

/** A list of texts. */
export function listOf(text: string): string[] {
  const value = parse(text)
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** An object. */
export function objectOf<Value extends object>(text: string): Partial<Value> {
  const value = parse(text)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
