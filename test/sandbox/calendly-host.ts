// A host at Calendly: what the tests of scheduling share.

import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.ts'
import { monday } from '../support/dates.ts'
import type { Reply } from './app.ts'
import { box, call, connectCalendly, sendJson } from './app.ts'

export { monday }

const all =
  'users:read event_types:read availability:read scheduled_events:write scheduling_links:write organizations:read'

/** A person with a token, and the first of their event types. */
export interface Host {
  sandbox: Sandbox
  api: string
  token: string | undefined
  user: string
  organization: string
  eventType: string
  get(path: string): Promise<Reply>
  post(path: string, body?: unknown): Promise<Reply>
}

/** Connects a person at an existing sandbox. */
export async function hostOf(sandbox: Sandbox, who: string, scope: string = all): Promise<Host> {
  const { hosts } = sandbox.calendly
  const { access_token: token, owner = '', organization = '' } = await connectCalendly(sandbox, who, scope)
  const get = (path: string) => call(sandbox, path.startsWith('http') ? path : hosts.api + path, token)
  const post = (path: string, body?: unknown) =>
    sendJson(sandbox, 'POST', path.startsWith('http') ? path : hosts.api + path, token, body)
  const types = await get(`/event_types?user=${owner}&sort=position:asc`)
  return {
    sandbox,
    api: hosts.api,
    token,
    user: owner,
    organization,
    eventType: types.body.collection?.[0]?.uri,
    get,
    post,
  }
}

/** Connects a person at a new sandbox. */
export async function host(who: string, options: SandboxOptions = {}): Promise<Host> {
  return hostOf(await box(options), who)
}

/** The slots of the person's first event type on that Monday. */
export function times(one: Host, from = `${monday}T00:00:00Z`, to = '2026-11-24T00:00:00Z'): Promise<Reply> {
  return one.get(`/event_type_available_times?event_type=${one.eventType}&start_time=${from}&end_time=${to}`)
}

/** The body of a booking. */
export function wish(one: Host, startTime: string, more: object = {}): object {
  const invitee = { name: 'Gil Guest', email: 'gil@guests.example', timezone: 'Europe/Paris' }
  return { event_type: one.eventType, start_time: startTime, invitee, ...more }
}
