// A small app that books at Cal.com, for the sandbox's tests.

import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.ts'
import type { Reply } from './app.ts'
import { box, call, connectCalcom, sendJson } from './app.ts'

export const bookings = { 'cal-api-version': '2026-02-25' }
const slots = { 'cal-api-version': '2024-09-04' }
export const attendee = { name: 'Gil Guest', email: 'gil@guests.example', timeZone: 'Europe/Paris' }

export interface Api {
  sandbox: Sandbox
  token: string | undefined
  get(path: string, token?: string): Promise<Reply>
  post(path: string, body?: object, token?: string): Promise<Reply>
  book(start: string, more?: object): Promise<Reply>
}

export async function api(
  options: SandboxOptions = {},
  who = 'ada',
  scope = 'BOOKING_READ BOOKING_WRITE',
): Promise<Api> {
  const sandbox = await box(options)
  const { access_token: token } = await connectCalcom(sandbox, who, scope)
  const root = sandbox.calcom.hosts.api
  const version = (path: string) => (path.startsWith('/v2/slots') ? slots : bookings)
  const post: Api['post'] = (path, body, by) => sendJson(sandbox, 'POST', root + path, by, body, version(path))
  return {
    sandbox,
    token,
    post,
    get: (path, by) => call(sandbox, root + path, by, version(path)),
    book: (start, more = {}) => post('/v2/bookings', { start, attendee, eventTypeId: 101001, ...more }),
  }
}

export const at = '2026-11-23T09:00:00Z'
