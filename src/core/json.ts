// Reads JSON of any shape, for code that judges what others have sent. A member that does not exist reads as
// `undefined`.

/** A JSON object, by the names of its members. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The value of a JSON text; `undefined` where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether the value is a JSON object: neither a list nor `null`. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The members of a JSON object; none where the value is something else. */
export function membersOf(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

/** A text that is not empty; `null` where the value is something else. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** The texts in a list; none where the value is something else. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** The time that a text names, in milliseconds since 1970; `null` where the value names none. */
export function timeOf(value: unknown): number | null {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? null : time
}

const terminalSigns = /[\u007f-\u009f\p{Cf}]/gu

/** Returns a JSON text in which no sign moves the cursor of a terminal: each is an escape, which a program reads as the sign. */
export function withEscapedSigns(json: string): string {
  return json.replace(terminalSigns, (sign) =>
    Array.from({ length: sign.length }, (_, at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  )
}

/** More levels than any message has. */
const mostLevels = 100

/**
 * Whether a JSON text is nested so deep that its value must not be passed on: JSON.stringify needs a stack frame for each level.
 * Brackets inside strings do not count.
 */
export function isTooDeep(text: string): boolean {
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
