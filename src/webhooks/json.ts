// Reads a body as JSON, no deeper than whoever writes it out again can go: that takes a step of the stack for each level.

/** More than any message has. */
const deepest = 100

/** `undefined`: it is not UTF-8, not JSON, or too deep. */
export function parseJson(body: Uint8Array): { readonly text: string; readonly value: unknown } | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    const value: unknown = JSON.parse(text)
    return isTooDeep(text) ? undefined : { text, value }
  } catch {
    return undefined
  }
}

/** Of a text that is JSON. What stands between quotes opens nothing. */
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
    if (depth > deepest) return true
  }
  return false
}
