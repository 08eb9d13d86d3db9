// Parses a body as JSON of limited depth: JSON.stringify needs a stack frame for each level.

/** More levels than any message has. */
const mostLevels = 100

export interface ParsedJson {
  readonly text: string
  readonly value: unknown
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Returns `undefined` for a body that is not UTF-8, not JSON, or too deep. */
export function parseJson(body: Uint8Array): ParsedJson | undefined {
  try {
    const text = utf8.decode(body)
    const value: unknown = JSON.parse(text)
    return isTooDeep(text) ? undefined : { text, value }
  } catch {
    return undefined
  }
}

/** The text must be JSON. Brackets inside strings do not count. */
function isTooDeep(text: string): boolean {
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (quoted && sign === '\\') at++
    else if (sign === '"') quoted = !quoted
    else if (quoted) continue
    else if (sign === '[' || sign === '{') depth++
    else if (sign === ']' || sign === '}') depth--
    if (depth > mostLevels) return true
  }
  return false
}
