// Where events go: the option `deliverTo`, checked, copied and frozen. It is a function of the host application, or an address
// that gets signed events; never both.

import { invalidArgument } from '../core/errors.ts'
import { type DeliveredType, type DeliveryHandler, deliveredTypes } from '../core/events.ts'
import { isSafeAddress } from '../core/loopback.ts'
import { type Secret, secret } from '../core/secret.ts'

interface WithTypes {
  /** The types of events to dispatch. Default: all. */
  readonly types?: readonly DeliveredType[]
}

/** A function of the host application, and which events it gets. */
export interface DeliverToHandler extends WithTypes {
  readonly handler: DeliveryHandler
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

export type DeliverTo = DeliveryHandler | DeliverToHandler | DeliverToUrl

/** A checked `deliverTo`. */
export type Destination = { readonly types: readonly DeliveredType[] } & (
  | { readonly kind: 'handler'; readonly handler: DeliveryHandler }
  | { readonly kind: 'url'; readonly url: string; readonly secrets: readonly Secret[] }
)

const known = ['handler', 'url', 'secrets', 'types']

/** @throws {PunctualError} `invalid_argument` with a sentence that names what is wrong. No secret is repeated. */
export function parseDeliverTo(value: unknown): Destination {
  if (typeof value === 'function')
    return Object.freeze({ kind: 'handler', handler: value as DeliveryHandler, types: deliveredTypes })
  if (typeof value !== 'object' || value === null)
    throw wrong('deliverTo', 'must be a function, { handler }, or { url, secrets }')
  const stranger = Object.keys(value).find((name) => !known.includes(name))
  if (stranger) throw wrong(`deliverTo.${stranger}`, `is not an option. The options are ${known.join(', ')}`)
  const { handler, url, secrets, types } = value as Record<string, unknown>
  const wanted = types === undefined ? deliveredTypes : parseTypes(types)
  if (handler !== undefined) {
    if (url !== undefined || secrets !== undefined)
      throw wrong('deliverTo', 'has both a handler and an address: give one of them')
    if (typeof handler !== 'function') throw wrong('deliverTo.handler', 'must be a function')
    return Object.freeze({ kind: 'handler', handler: handler as DeliveryHandler, types: wanted })
  }
  if (url === undefined) throw wrong('deliverTo', 'must have a handler, or a url with its secrets')
  return Object.freeze({ kind: 'url', url: parseUrl(url), secrets: parseSecrets(secrets), types: wanted })
}

function parseUrl(value: unknown): string {
  const url = URL.parse(String(value))
  if (!url || !isSafeAddress(url) || url.hash || url.username || url.password) {
    throw wrong(
      'deliverTo.url',
      'must be an https address without a user name or a fragment; plain http is taken on loopback only',
    )
  }
  return url.href
}

function parseSecrets(value: unknown): readonly Secret[] {
  if (!Array.isArray(value) || value.length === 0)
    throw wrong('deliverTo.secrets', 'must list at least one secret: whsec_ and 24 to 64 bytes in base64')
  const texts = value.map((one: unknown, index) => {
    if (typeof one === 'string' && isSigningSecret(one)) return one
    throw wrong(
      `deliverTo.secrets[${index}]`,
      `must be whsec_ and 24 to 64 bytes in base64. Make one: echo "whsec_$(openssl rand -base64 32)"`,
    )
  })
  if (new Set(texts).size < texts.length) throw wrong('deliverTo.secrets', 'has the same secret twice: remove one')
  return Object.freeze(texts.map(secret))
}

function isSigningSecret(text: string): boolean {
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length >= 24 && bytes.length <= 64 && bytes.toString('base64') === base64
}

function parseTypes(value: unknown): readonly DeliveredType[] {
  if (!Array.isArray(value) || value.length === 0)
    throw wrong('deliverTo.types', `must list at least one of ${deliveredTypes.join(', ')}`)
  const stranger = value.findIndex((type) => !deliveredTypes.includes(type as DeliveredType))
  if (stranger >= 0)
    throw wrong(`deliverTo.types[${stranger}]`, `is no type of event. The types are ${deliveredTypes.join(', ')}`)
  return Object.freeze([...new Set(value as DeliveredType[])])
}

function wrong(name: string, sentence: string): Error {
  return invalidArgument(`createPunctual: "${name}" ${sentence}.`)
}
