// Where events go: the option `deliverTo`, checked, copied and frozen. It is a function of the host application, or an address
// that gets signed events; never both.

import {
  anything,
  type Checks,
  checkOptions,
  checkValue,
  func,
  list,
  optional,
  shown,
  valueError,
} from '../core/check.ts'
import { type DeliveredType, type DeliveryHandler, deliveredTypes } from '../core/events.ts'
import { isSafeAddress } from '../core/loopback.ts'
import type { Client } from '../core/provider.ts'
import { type Secret, secret } from '../core/secret.ts'

interface WithTypes {
  /** The types of events to dispatch. Default: all. */
  readonly types?: readonly DeliveredType[]
}

/** A function of the host application, and which events it gets. */
export interface DeliverToHandler<Clients extends Client = Client> extends WithTypes {
  readonly handler: DeliveryHandler<Clients>
  readonly url?: never
  readonly secrets?: never
}

/** An address that gets events as Standard Webhooks. */
export interface DeliverToUrl extends WithTypes {
  /** https, or http on loopback. */
  readonly url: string | URL
  /** `whsec_…`, 24 to 64 bytes in base64. Each of them signs, so a receiver needs to know only one. */
  readonly secrets: readonly string[]
  readonly handler?: never
}

export type DeliverTo<Clients extends Client = Client> =
  | DeliveryHandler<Clients>
  | DeliverToHandler<Clients>
  | DeliverToUrl

/** A checked `deliverTo`. */
export type Destination = { readonly types: readonly DeliveredType[] } & (
  | { readonly kind: 'handler'; readonly handler: DeliveryHandler }
  | { readonly kind: 'url'; readonly url: string; readonly secrets: readonly Secret[] }
)

const place = 'createPunctual'

interface Members {
  readonly handler?: DeliveryHandler
  readonly url?: string | URL
  readonly secrets?: unknown
  readonly types?: readonly DeliveredType[]
}

const checks: Checks<Members> = {
  handler: optional(func()),
  url: optional(isReceiver),
  secrets: anything,
  types: optional(list('types of events', isType, { least: 1 })),
}

/** @throws {PunctualError} `invalid_argument` with a sentence that names what is wrong. No secret is repeated. */
export function parseDeliverTo(value: unknown): Destination {
  if (typeof value === 'function')
    return Object.freeze({ kind: 'handler', handler: value as DeliveryHandler, types: deliveredTypes })
  if (typeof value !== 'object' || value === null)
    throw valueError(place, 'deliverTo', 'must be a function, { handler }, or { url, secrets }')
  checkOptions(place, value, checks, 'deliverTo')
  const { handler, url, secrets, types } = value as Members
  const wanted = Object.freeze([...new Set(types ?? deliveredTypes)])
  if (handler !== undefined) {
    if (url !== undefined || secrets !== undefined)
      throw valueError(place, 'deliverTo', 'has both a handler and an address. Give one of them')
    return Object.freeze({ kind: 'handler', handler, types: wanted })
  }
  if (url === undefined) throw valueError(place, 'deliverTo', 'must have a handler, or a url with its secrets')
  checkValue(place, 'deliverTo.secrets', secrets, areSecrets)
  return Object.freeze({
    kind: 'url',
    url: new URL(url).href,
    secrets: Object.freeze((secrets as readonly string[]).map(secret)),
    types: wanted,
  })
}

function isReceiver(value: unknown): string | null {
  const url = typeof value === 'string' || value instanceof URL ? URL.parse(value) : null
  if (url && isSafeAddress(url) && !url.hash && !url.username && !url.password) return null
  return 'must be an https address without a user name or a fragment. Plain http is for loopback only'
}

const secretShape =
  'must be whsec_ and 24 to 64 bytes in base64. Make one with: echo "whsec_$(openssl rand -base64 32)"'

function areSecrets(value: unknown): string | null {
  if (!Array.isArray(value) || value.length === 0)
    return 'must list at least one secret: whsec_ and 24 to 64 bytes in base64'
  const wrong = value.findIndex((one: unknown) => typeof one !== 'string' || !isSigningSecret(one))
  if (wrong >= 0) return `[${wrong}] ${secretShape}`
  return new Set(value).size < value.length ? 'has the same secret twice. Remove one' : null
}

function isSigningSecret(text: string): boolean {
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length >= 24 && bytes.length <= 64 && bytes.toString('base64') === base64
}

function isType(value: unknown): string | null {
  if (deliveredTypes.includes(value as DeliveredType)) return null
  return `${shown(value)} is not a type of event. The types are ${deliveredTypes.join(', ')}`
}
