// A fetch that records requests and responses for a person to read. The records hold no secret: a list says which fields may be
// shown, every other value keeps its first four characters, and a value that was masked once is masked everywhere.

import type { Fetch } from '../../core/http.ts'

/** A name, and what may be shown of its value. */
export type Field = readonly [name: string, shown: string]

export interface Call {
  readonly method: string
  /** Without its query. Long ids in it are cut. */
  readonly url: string
  readonly sent: readonly Field[]
  readonly status: number
  readonly answered: readonly Field[]
}

export interface Recorder {
  readonly fetch: Fetch
  /** Returns the calls since the last time, in the order of their responses. */
  take(): Call[]
  /** Returns a field of the browser's requests, by the same rules. */
  field(name: string, value: string): Field
}

const inClear: ReadonlySet<string> = new Set([
  'grant_type',
  'response_type',
  'redirect_uri',
  'scope',
  'code_challenge_method',
  'token_type',
  'expires_in',
  'created_at',
  'owner',
  'organization',
  'error',
  'error_description',
  'title',
  'message',
  'status',
  'event_type',
  'eventTypeId',
  'start',
  'start_time',
  'timeZone',
  'reason',
  'cancellationReason',
])
/** Members of an API's response that say whose account it is. */
const facts: ReadonlySet<string> = new Set(['name', 'email', 'timezone', 'timeZone'])

export function createRecorder(inner: Fetch): Recorder {
  const secrets = new Set<string>()
  let calls: Call[] = []

  function mask(value: string): string {
    if (value.length <= 8) return '…'
    secrets.add(value)
    return `${value.slice(0, 4)}…`
  }

  function field(name: string, value: string): Field {
    const last = name.split('.').at(-1) ?? name
    const isShown = inClear.has(name) || (last !== name && facts.has(last))
    return [name, isShown ? scrubbed(value) : mask(value)]
  }

  function scrubbed(value: string): string {
    let text = value
    for (const secret of secrets) text = text.replaceAll(secret, `${secret.slice(0, 4)}…`)
    return text
  }

  function authorization(headers: Headers): Field[] {
    const [scheme = '', credentials = ''] = (headers.get('authorization') ?? '').split(' ')
    return credentials === '' ? [] : [['authorization', `${scheme} ${mask(credentials)}`]]
  }

  function answerFields(json: Record<string, unknown>): Field[] {
    const own = Object.entries(json).flatMap(([name, value]) => (isPlain(value) ? [field(name, String(value))] : []))
    const told = Object.values(json).filter(isObject).flatMap(Object.entries)
    const shown = told.filter(([name, value]) => facts.has(name) && isPlain(value))
    return [...own, ...shown.map(([name, value]): Field => [name, scrubbed(String(value))])]
  }

  return {
    field,
    async fetch(input, init) {
      const request = new Request(input, init)
      const sent = new URL(request.url)
      const body = bodyFields(request.headers, await request.clone().text())
      const response = await inner(input, init)
      calls.push({
        method: request.method,
        url: `${sent.origin}${sent.pathname.replace(/[\w-]{16,}(?=\/|$)/g, (id) => (/[\dA-Z]/.test(id) ? `${id.slice(0, 4)}…` : id))}`,
        sent: [
          ...authorization(request.headers),
          ...[...sent.searchParams, ...body].map(([name, value]) => field(name, value)),
        ],
        status: response.status,
        answered: answerFields(parse(await response.clone().text())),
      })
      return response
    },
    take() {
      const taken = calls
      calls = []
      return taken
    },
  }
}

function bodyFields(headers: Headers, text: string): [string, string][] {
  const type = headers.get('content-type') ?? ''
  if (type.startsWith('application/x-www-form-urlencoded')) return [...new URLSearchParams(text)]
  return Object.entries(parse(text)).flatMap(([name, value]) => fieldsOf(name, value))
}

/** An object is shown by its members: `invitee.email`. */
function fieldsOf(name: string, value: unknown): [string, string][] {
  if (!isObject(value)) return [[name, String(value)]]
  return Object.entries(value).flatMap(([inner, one]) => fieldsOf(`${name}.${inner}`, one))
}

function parse(text: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text)
    return isObject(json) ? json : {}
  } catch {
    return {}
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isPlain(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}
