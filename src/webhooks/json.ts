// Parses a body as JSON of limited depth.

import { isTooDeep } from '../core/json.ts'

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
