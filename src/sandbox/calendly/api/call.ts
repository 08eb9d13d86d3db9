// What a resource of Calendly's API is given, and how it enters the table of routes.

import type { Answer, Exchange } from '../../http/exchange.ts'
import type { RouteKey } from '../../http/router.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import { digest } from '../../world/seal.ts'
import type { CalendlyTokenRow } from '../../world/state.ts'
import type { Switches } from '../../world/switches.ts'
import type { World } from '../../world/world.ts'

/** One authenticated call. */
export interface CalendlyCall {
  world: World
  exchange: Exchange
  /** Whose token it is. */
  account: CalendlyAccount
  token: CalendlyTokenRow
  params: Record<string, string>
}

/** One endpoint: its place, the scope it asks for, and its answer. */
export type CalendlyRoute = RouteKey & {
  scope: string | ((switches: Switches) => string)
  answer: (call: CalendlyCall) => Answer
}

/** Whether the scope was granted: `default` is the full access of legacy apps; `x:write` implies `x:read`. */
export function allows(granted: readonly string[], scope: string): boolean {
  return granted.includes('default') || granted.includes(scope) || granted.includes(scope.replace(/:read$/, ':write'))
}

/** The body as a JSON object; null when it is none. */
export function bodyOf(exchange: Exchange): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(exchange.body)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** A time as Calendly writes it: UTC with microseconds. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z')
}

/** When whatever is made up was created and changed. */
export const madeUpTimes: { readonly createdAt: number; readonly updatedAt: number } = {
  createdAt: Date.UTC(2024, 0, 2, 3, 4, 5, 678),
  updatedAt: Date.UTC(2026, 7, 7, 6, 5, 4, 321),
}

/** The id of something that is made up from what there is: always the same for the same. */
export function madeUpId(of: string): string {
  return digest(of).slice(0, 16).toUpperCase()
}

/** The URI of a resource of that kind, such as `groups`. */
export function uriOf(world: World, kind: string, id: string): string {
  return `${world.root('/calendly/api')}/${kind}/${id}`
}

/** The uuid in a resource URI of that kind, such as `users`; null when it is something else. */
export function uuidIn(world: World, uri: string, kind: string): string | null {
  const root = uriOf(world, kind, '')
  const rest = uri.startsWith(root) ? uri.slice(root.length) : ''
  return /^[A-Za-z0-9-]+$/.test(rest) ? rest : null
}
