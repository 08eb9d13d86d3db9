// Where events go: the option `deliverTo`, checked, copied and frozen. A destination is a function of the host application, an
// address that gets signed events, or the feed. Of several, each has a name, which its rows in the outbox carry.

import { hash } from 'node:crypto'
import {
  anything,
  type Checks,
  checkOptions,
  checkValue,
  flag,
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
import { wrongHost } from './public-destination.ts'

interface OfDestination {
  /** The types of events to dispatch. Default: all. */
  readonly types?: readonly DeliveredType[]
  /**
   * The name by which the events of this destination are kept. Give one to change an address and keep the events that wait
   * for it. Default: `handler`, `feed`, or the host of the address and a part of the digest of the address. A `deliverTo` that
   * is not a list has none.
   */
  readonly name?: string
}

/** A function of the host application, and which events it gets. */
export interface DeliverToHandler<Clients extends Client = Client> extends OfDestination {
  readonly handler: DeliveryHandler<Clients>
  readonly url?: never
  readonly secrets?: never
  readonly allowPrivateAddresses?: never
  readonly feed?: never
}

/** An address that gets events as Standard Webhooks. */
export interface DeliverToUrl extends OfDestination {
  /** https, or http on loopback. */
  readonly url: string | URL
  /** `whsec_…`, 24 to 64 bytes in base64. Each of them signs, so a receiver needs to know only one. */
  readonly secrets: readonly string[]
  /**
   * Whether the address may be one of a private network, by itself or by its name: of a receiver beside your application.
   * Default: false. An address on loopback needs it not.
   */
  readonly allowPrivateAddresses?: boolean
  readonly handler?: never
  readonly feed?: never
}

/** The feed, which `punctual.events.feed` reads. */
export interface DeliverToFeed extends OfDestination {
  readonly feed: true
  readonly handler?: never
  readonly url?: never
  readonly secrets?: never
  readonly allowPrivateAddresses?: never
}

export type DeliverTo<Clients extends Client = Client> =
  | DeliveryHandler<Clients>
  | DeliverToHandler<Clients>
  | DeliverToUrl
  | DeliverToFeed

/** A checked `deliverTo`. `name` is '' for one that is not in a list and has no name. */
export type Destination = { readonly name: string; readonly types: readonly DeliveredType[] } & (
  | { readonly kind: 'handler'; readonly handler: DeliveryHandler }
  | {
      readonly kind: 'url'
      readonly url: string
      readonly secrets: readonly Secret[]
      readonly allowPrivateAddresses: boolean
    }
  | { readonly kind: 'feed' }
)

const place = 'createPunctual'

interface Members {
  readonly handler?: DeliveryHandler
  readonly url?: string | URL
  readonly secrets?: unknown
  readonly allowPrivateAddresses?: boolean
  readonly feed?: true
  readonly types?: readonly DeliveredType[]
  readonly name?: string
}

const checks: Checks<Members> = {
  handler: optional(func()),
  url: optional(isReceiver),
  secrets: anything,
  allowPrivateAddresses: optional(flag),
  feed: optional((value) => (value === true ? null : 'must be true, or left out')),
  name: optional(isName),
  types: optional(list('types of events', isType, { least: 1 })),
}

/**
 * Returns the destinations of one `deliverTo`, or of a list.
 *
 * @throws {PunctualError} `invalid_argument` with a sentence that names what is wrong. No secret is repeated.
 */
export function parseDeliverTo(value: unknown): readonly Destination[] {
  if (!Array.isArray(value)) return Object.freeze([parseOne(value, 'deliverTo', '')])
  if (value.length === 0)
    throw valueError(place, 'deliverTo', 'is empty. List at least one destination, or leave it out')
  const destinations = value.map((one: unknown, index) => parseOne(one, `deliverTo[${index}]`, null))
  for (const [index, { name }] of destinations.entries())
    if (destinations.findIndex((other) => other.name === name) < index)
      throw valueError(place, `deliverTo[${index}]`, `has the name "${name}" of another destination. Give it a "name"`)
  return Object.freeze(destinations)
}

/** `ownName`: its name unless it is given; `null`: it is made of what the destination is. */
function parseOne(value: unknown, at: string, ownName: string | null): Destination {
  if (typeof value === 'function')
    return Object.freeze({
      kind: 'handler',
      name: ownName ?? 'handler',
      handler: value as DeliveryHandler,
      types: deliveredTypes,
    })
  if (typeof value !== 'object' || value === null)
    throw valueError(place, at, 'must be a function, { handler }, { url, secrets } or { feed: true }')
  checkOptions(place, value, checks, at)
  const { handler, url, secrets, allowPrivateAddresses = false, feed, types, name } = value as Members
  const kinds = [handler, url ?? secrets, feed].filter((one) => one !== undefined)
  if (kinds.length > 1)
    throw valueError(place, at, 'must be one of a handler, an address and the feed. Give the others as a list')
  const of = (kindName: string) => ({
    name: name ?? ownName ?? kindName,
    types: Object.freeze([...new Set(types ?? deliveredTypes)]),
  })
  if (handler !== undefined) return Object.freeze({ kind: 'handler', handler, ...of('handler') })
  if (feed !== undefined) return Object.freeze({ kind: 'feed', ...of('feed') })
  if (url === undefined) throw valueError(place, at, 'must have a handler, a url with its secrets, or feed: true')
  checkValue(place, `${at}.secrets`, secrets, areSecrets)
  const address = new URL(url)
  const problem = wrongHost(address, allowPrivateAddresses)
  if (problem !== null) throw valueError(place, `${at}.url`, problem)
  return Object.freeze({
    kind: 'url',
    url: address.href,
    secrets: Object.freeze((secrets as readonly string[]).map(secret)),
    allowPrivateAddresses,
    ...of(nameOf(address)),
  })
}

/** An address may hold a secret, and its name is shown. */
function nameOf({ hostname, href }: URL): string {
  return `${hostname.replace(/[^\w.-]/g, '')}-${hash('sha256', href, 'base64url').slice(0, 8)}`
}

function isName(value: unknown): string | null {
  if (typeof value === 'string' && /^[A-Za-z0-9][\w.-]{0,99}$/.test(value)) return null
  return 'must be up to 100 letters, digits, "_", "-" and ".", and begin with a letter or a digit'
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

export function isType(value: unknown): string | null {
  if (deliveredTypes.includes(value as DeliveredType)) return null
  return `${shown(value)} is not a type of event. The types are ${deliveredTypes.join(', ')}`
}
