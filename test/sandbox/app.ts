// A small app for the sandbox's tests: sends a browser to consent, exchanges codes, refreshes, calls. It uses none of
// our own client code, so that the sandbox is not tested by the code that is built on it.

import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import { start } from '../support/dates.ts'

export { start }

/** A parsed answer. */
export interface Reply {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what it reads
  body: any
  text: string
}

export const redirectUri = 'http://127.0.0.1:4600/callback'

/** A sandbox without a socket, on a clock that stands still. */
export function box(options: SandboxOptions = {}): Promise<Sandbox> {
  return createSandbox({ listen: false, now: () => start, ...options })
}

/** Sends a request through the handler. */
export async function send(sandbox: Sandbox, url: string, init: RequestInit = {}): Promise<Reply> {
  return read(await sandbox.handler(new Request(url, init)))
}

/** Reads an answer. */
export async function read(response: Response): Promise<Reply> {
  const text = await response.text()
  const json = response.headers.get('content-type')?.startsWith('application/json') && text !== ''
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text, text }
}

/** A form body, without the fields that are undefined. */
export function form(fields: Record<string, string | undefined>): URLSearchParams {
  const given = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return new URLSearchParams(given)
}

/** Calendly's authorization URL. */
export function calendlyUrl(sandbox: Sandbox, parameters: Record<string, string | undefined> = {}): string {
  const query = form({
    client_id: sandbox.calendly.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'users:read event_types:read',
    state: 'the-state',
    ...parameters,
  })
  return `${sandbox.calendly.hosts.auth}/oauth/authorize?${query}`
}

/** Cal.com's authorization URL. */
export function calcomUrl(sandbox: Sandbox, parameters: Record<string, string | undefined> = {}): string {
  const query = form({
    client_id: sandbox.calcom.clientId,
    redirect_uri: redirectUri,
    scope: 'PROFILE_READ SCHEDULE_READ',
    state: 'the-state',
    ...parameters,
  })
  return `${sandbox.calcom.hosts.app}/auth/oauth2/authorize?${query}`
}

/** Basic credentials, raw. */
export function basic(id: string, secret: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` }
}

/** Calls Calendly's token endpoint as the default web client. */
export function calendlyToken(sandbox: Sandbox, fields: Record<string, string | undefined>): Promise<Reply> {
  const { clientId, clientSecret, hosts } = sandbox.calendly
  const headers = basic(clientId, clientSecret)
  return send(sandbox, `${hosts.auth}/oauth/token`, { method: 'POST', headers, body: form(fields) })
}

/** Calls Cal.com's token endpoint as the default confidential client. */
export function calcomToken(sandbox: Sandbox, fields: Record<string, string | undefined>): Promise<Reply> {
  const { clientId, clientSecret, hosts } = sandbox.calcom
  const body = form({ client_id: clientId, client_secret: clientSecret, ...fields })
  return send(sandbox, `${hosts.api}/v2/auth/oauth2/token`, { method: 'POST', body })
}

/** Returns the code after the person's consent. */
export async function codeFor(sandbox: Sandbox, url: string, account?: string): Promise<string> {
  const target = await sandbox.authorize({ url, account })
  const code = target.searchParams.get('code')
  if (code === null) throw new Error(`no code in ${target}`)
  return code
}

/** Connects an account of Calendly and returns the body of the token answer. */
export async function connectCalendly(
  sandbox: Sandbox,
  account?: string,
  scope?: string,
): Promise<Record<string, string>> {
  const url = calendlyUrl(sandbox, scope === undefined ? {} : { scope })
  const code = await codeFor(sandbox, url, account)
  const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri }
  return (await calendlyToken(sandbox, fields)).body
}

/** Connects an account of Cal.com and returns the body of the token answer. */
export async function connectCalcom(
  sandbox: Sandbox,
  account?: string,
  scope?: string,
): Promise<Record<string, string>> {
  const url = calcomUrl(sandbox, scope === undefined ? {} : { scope })
  const code = await codeFor(sandbox, url, account)
  const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri }
  return (await calcomToken(sandbox, fields)).body
}

/** Refreshes at Calendly. */
export function refreshCalendly(sandbox: Sandbox, refreshToken: string | undefined): Promise<Reply> {
  return calendlyToken(sandbox, { grant_type: 'refresh_token', refresh_token: refreshToken })
}

/** Refreshes at Cal.com. */
export function refreshCalcom(sandbox: Sandbox, refreshToken: string | undefined): Promise<Reply> {
  return calcomToken(sandbox, { grant_type: 'refresh_token', refresh_token: refreshToken })
}

/** Calls an API with a bearer token. */
export function call(
  sandbox: Sandbox,
  url: string,
  token?: string,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const bearer: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return send(sandbox, url, { headers: { ...bearer, ...headers } })
}

/** Calls a control endpoint with JSON. */
export function control(sandbox: Sandbox, method: string, path: string, body?: unknown): Promise<Reply> {
  const init: RequestInit = { method, headers: { 'content-type': 'application/json' } }
  if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body)
  return send(sandbox, `${sandbox.url}/control/${path}`, init)
}

/** Calls an API with a bearer token and a JSON body. */
export function sendJson(
  sandbox: Sandbox,
  method: string,
  url: string,
  token: string | undefined,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const bearer: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const init: RequestInit = { method, headers: { 'content-type': 'application/json', ...bearer, ...headers } }
  if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body)
  return send(sandbox, url, init)
}

/** A request to a receiver of webhooks. */
export interface Received {
  url: string
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what it reads
  body: any
}

/** A receiver of webhooks: the requests it got, and its answer. */
export function receiver(): {
  got: Received[]
  status: number | Error
  deliver: NonNullable<SandboxOptions['deliver']>
} {
  const box: ReturnType<typeof receiver> = {
    got: [],
    status: 200,
    deliver: async (url, { headers, body }) => {
      box.got.push({ url, headers: new Headers(headers), text: body, body: JSON.parse(body) })
      if (box.status instanceof Error) throw box.status
      return new Response(null, { status: box.status })
    },
  }
  return box
}
