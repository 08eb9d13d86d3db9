// Instants as the model gives them.

import type { UtcInstant } from './model.ts'

/** Returns the moment without its fraction of a second: `2026-11-27T09:00:00Z`. */
export function utcInstant(ms: number): UtcInstant {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
