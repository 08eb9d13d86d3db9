// What a resource of Calendly's API is given, and how it enters the table of routes.

import type { Answer, Exchange } from '../../http/exchange.ts'
import type { RouteKey } from '../../http/router.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import type { CalendlyTokenRow } from '../../world/state.ts'
import type { Switches } from '../../world/switches.ts'
import type { World } from '../../world/world.ts'

/** One authenticated call. */
export interface CalendlyCall {
  readonly world: World
  readonly exchange: Exchange
  /** Whose token it is. */
  readonly account: CalendlyAccount
  readonly token: CalendlyTokenRow
  readonly params: Record<string, string>
}

/** One endpoint: its place, the scope it asks for, and its answer. */
export type CalendlyRoute = RouteKey & {
  readonly scope: string | ((switches: Switches) => string)
  readonly answer: (call: CalendlyCall) => Answer
}

/** Whether the scope was granted: `default` is the full access of legacy apps; `x:write` implies `x:read`. */
export function allows(granted: readonly string[], scope: string): boolean {
  return granted.includes('default') || granted.includes(scope) || granted.includes(scope.replace(/:read$/, ':write'))
}

/** Reads the body as a JSON object; returns null for anything else. */
export function bodyOf(exchange: Exchange): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(exchange.body)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
