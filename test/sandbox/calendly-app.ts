// An app with webhooks at Calendly: what the tests of webhooks share.

import { createHmac } from 'node:crypto'
import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.ts'
import type { Received, Reply } from './app.ts'
import { box, call, connectCalendly, receiver, sendJson } from './app.ts'

const scopes = 'event_types:read scheduled_events:write webhooks:write routing_forms:read'
/** Where the webhooks go. */
export const target: string = 'https://app.example/hooks'

/** An app with a person's consent. */
export interface App {
  sandbox: Sandbox
  api: string
  token: string | undefined
  user: string
  organization: string
  subscribe(more?: object): Promise<Reply>
  book(at: string): Promise<Record<string, string>>
  hook(): Promise<Record<string, unknown>>
}

/** Connects at an existing sandbox. */
export async function connect(sandbox: Sandbox, who = 'ada', scope: string = scopes): Promise<App> {
  const { api } = sandbox.calendly.hosts
  const { access_token: token, owner: user = '', organization = '' } = await connectCalendly(sandbox, who, scope)
  const list = `${api}/webhook_subscriptions?organization=${organization}&scope=user&user=${user}`
  return {
    sandbox,
    api,
    token,
    user,
    organization,
    subscribe: (more = {}) => {
      const events = ['invitee.created', 'invitee.canceled']
      const body = { url: target, events, organization, user, scope: 'user', ...more }
      return sendJson(sandbox, 'POST', `${api}/webhook_subscriptions`, token, body)
    },
    book: async (at) => {
      const types = await call(sandbox, `${api}/event_types?user=${user}&sort=position:asc`, token)
      const invitee = { name: 'Gil Guest', email: 'gil@guests.example', timezone: 'UTC' }
      const body = { event_type: types.body.collection[0].uri, start_time: at, invitee }
      return (await sendJson(sandbox, 'POST', `${api}/invitees`, token, body)).body.resource
    },
    hook: async () => (await call(sandbox, list, token)).body.collection[0],
  }
}

/** Connects at a new sandbox, with a receiver. */
export async function app(options: SandboxOptions = {}): Promise<App & { hooks: ReturnType<typeof receiver> }> {
  const hooks = receiver()
  return { ...(await connect(await box({ deliver: hooks.deliver, ...options }))), hooks }
}

/** The two parts of a signature. */
export function signatureOf(one: Received | undefined): { t: number; v1: string } {
  const parts = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(one?.headers.get('calendly-webhook-signature') ?? '')
  return { t: Number(parts?.[1]), v1: parts?.[2] ?? '' }
}

/** Whether the signature is the key's. */
export function isSigned(one: Received | undefined, key: string): boolean {
  const { t, v1 } = signatureOf(one)
  return v1 === createHmac('sha256', key).update(`${t}.${one?.text}`).digest('hex')
}
