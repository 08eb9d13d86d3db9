// The OAuth apps that are registered at the providers, and how to register another.
// A client's secrets are kept as digests only. A redirect URI is compared as a string, never resolved.

import { z } from 'zod'
import { calcomScopes, calendlyScopes } from './scopes.ts'
import { base64url, digest, hex } from './seal.ts'

interface CommonInput {
  /** Default: generated, in the provider's format. */
  readonly id?: string | undefined
  /** Default: generated for a client that has one, and shown once. */
  readonly secret?: string | undefined
  /** Up to two, instead of `secret`. */
  readonly secrets?: readonly string[] | undefined
  readonly name?: string | undefined
  /** Compared exactly; `loopback`: any http address on this machine. */
  readonly redirectUris: readonly string[] | 'loopback'
  /** Scopes enabled on the client. Default: all. Calendly's `['default']` makes a legacy app. */
  readonly scopes?: readonly string[] | undefined
}

/** What a caller may give to register a client at Calendly. */
export interface CalendlyClientInput extends CommonInput {
  readonly provider: 'calendly'
  /** A native app has no secret and must use PKCE. */
  readonly kind?: 'web' | 'native' | undefined
  /** What its webhooks are signed with. Default: generated, and shown once. */
  readonly webhookKey?: string | undefined
}

/** What a caller may give to register a client at Cal.com. */
export interface CalcomClientInput extends CommonInput {
  readonly provider: 'calcom'
  /** A PUBLIC client has no secret and must use PKCE. */
  readonly type?: 'CONFIDENTIAL' | 'PUBLIC' | undefined
  readonly status?: Client['status'] | undefined
  /** Id of the account that registered it. Only this account may use the client while it is PENDING. */
  readonly owner?: string | null | undefined
  /** A trusted client is never asked for consent. */
  readonly trusted?: boolean | undefined
}

/** What a caller may give to register a client. */
export type ClientInput = CalendlyClientInput | CalcomClientInput

const scopes = z.array(z.string().min(1), { error: 'give a list of scope names' })
const uri = z.string().refine((value) => sendsSomewhere(value), {
  error:
    'give absolute http or https addresses; a native app may have its own scheme, such as com.example.app:/callback',
})
const redirects = z.union([z.literal('loopback'), z.array(uri).min(1)], {
  error: 'give a list of absolute addresses, or "loopback"',
})
const common = {
  id: z.string().min(1).max(200).optional(),
  secret: z.string().min(1).optional(),
  secrets: z.array(z.string().min(1)).max(2, { error: 'give at most two secrets' }).optional(),
  name: z.string().min(1).optional(),
  redirectUris: redirects,
  scopes: scopes.optional(),
}
const calendlySchema = z.strictObject({
  provider: z.literal('calendly'),
  ...common,
  kind: z.enum(['web', 'native']).optional(),
  webhookKey: z.string().min(1).optional(),
})
const calcomSchema = z.strictObject({
  provider: z.literal('calcom'),
  ...common,
  redirectUris: redirects.refine((value) => value === 'loopback' || calcomTakes(value), {
    error:
      'Cal.com takes 1 to 10 different addresses without a fragment, https, or http on localhost, 127.0.0.1, [::1] and .local',
  }),
  type: z.enum(['CONFIDENTIAL', 'PUBLIC']).optional(),
  status: z.enum(['PENDING', 'APPROVED', 'REJECTED']).optional(),
  owner: z.string().nullable().optional(),
  trusted: z.boolean().optional(),
})

/** Checks what a caller gives. */
export const clientInput: z.ZodType<ClientInput> = z
  .discriminatedUnion('provider', [calendlySchema, calcomSchema])
  .refine((input) => isNative(input) || input.redirectUris === 'loopback' || input.redirectUris.every(isWeb), {
    path: ['redirectUris'],
    error: 'give http or https addresses; only a native app may have its own scheme',
  })
  .refine((input) => !isOpen(input) || (input.secret === undefined && input.secrets === undefined), {
    path: ['secret'],
    error: 'leave it out, since a native or PUBLIC client has no secret',
  })

function isNative(input: ClientInput): boolean {
  return input.provider === 'calendly' && input.kind === 'native'
}

/** Whether the input describes a client without a secret. */
function isOpen(input: ClientInput): boolean {
  return input.provider === 'calendly' ? isNative(input) : input.type === 'PUBLIC'
}

/** Whether the client needs a secret, and none is given. */
export function lacksSecret(input: ClientInput): boolean {
  const wanted = input.provider === 'calendly' ? input.kind === 'web' : input.type === 'CONFIDENTIAL'
  return wanted && input.secret === undefined && input.secrets === undefined
}

/** A registered client. */
export interface Client {
  provider: 'calendly' | 'calcom'
  id: string
  secretDigests: readonly string[]
  name: string
  redirectUris: readonly string[] | 'loopback'
  scopes: readonly string[]
  /** Whether it has a secret: Calendly's web, Cal.com's CONFIDENTIAL. */
  confidential: boolean
  status: 'PENDING' | 'APPROVED' | 'REJECTED'
  owner: string | null
  /** Calendly's: signs the webhooks of this client. */
  webhookKey: string
  /** Cal.com's: the consent page is skipped. */
  trusted?: boolean
}

/** Builds a client. Generates what is left out; a generated secret is returned once. */
export function buildClient(
  input: ClientInput,
  random: (bytes: number) => Uint8Array,
): { client: Client; secret: string | null } {
  const given = input.secrets ?? (input.secret === undefined ? [] : [input.secret])
  const wanted = input.provider === 'calendly' ? input.kind === 'web' : input.type === 'CONFIDENTIAL'
  const confidential = wanted || given.length > 0
  const made = confidential && given.length === 0 ? hex(random(32)) : null
  const id = input.id ?? (input.provider === 'calendly' ? base64url(random(32)) : hex(random(32)))
  const client: Client = {
    provider: input.provider,
    id,
    secretDigests: confidential ? (made === null ? given : [made]).map(digest) : [],
    name: input.name ?? 'An app',
    redirectUris: input.redirectUris,
    scopes: input.scopes ?? [...(input.provider === 'calendly' ? calendlyScopes : calcomScopes)],
    confidential,
    status: input.provider === 'calcom' ? (input.status ?? 'APPROVED') : 'APPROVED',
    owner: input.provider === 'calcom' ? (input.owner ?? null) : null,
    webhookKey: (input.provider === 'calendly' ? input.webhookKey : undefined) ?? hex(random(32)),
    trusted: input.provider === 'calcom' && input.trusted === true,
  }
  return { client, secret: made }
}

/** Whether the redirect URI is registered for the client. */
export function isRegistered(client: Client, redirectUri: string): boolean {
  return client.redirectUris === 'loopback' ? isLoopback(redirectUri) : client.redirectUris.includes(redirectUri)
}

/** The provider's client of that id. */
export function findClient(clients: readonly Client[], provider: Client['provider'], id: string | null): Client | null {
  return clients.find((one) => one.provider === provider && one.id === id) ?? null
}

function isWeb(address: string): boolean {
  return /^https?:$/.test(URL.parse(address)?.protocol ?? '')
}

/** A web address, or the private-use scheme of an app, which has a dot in it (RFC 8252, section 7.1). */
function sendsSomewhere(address: string): boolean {
  return isWeb(address) || (URL.parse(address)?.protocol.includes('.') ?? false)
}

const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

function isLoopback(address: string): boolean {
  const url = URL.parse(address)
  if (url === null || url.protocol !== 'http:' || url.hash !== '') return false
  return loopbackHosts.has(url.hostname) || url.hostname.endsWith('.localhost')
}

function calcomTakes(list: readonly string[]): boolean {
  return list.length <= 10 && new Set(list).size === list.length && list.every(calcomTakesOne)
}

function calcomTakesOne(address: string): boolean {
  const url = new URL(address)
  const local = loopbackHosts.has(url.hostname) || url.hostname.endsWith('.local')
  return !address.includes('#') && (url.protocol === 'https:' || (url.protocol === 'http:' && local))
}
