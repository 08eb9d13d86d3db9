// The life of one connection, from the first click to the last: each step does what an app would do, shows what went
// over the wire, and checks that it came out as promised.

import type { Connection } from '../../connection.ts'
import { PunctualError } from '../../core/errors.ts'
import type { Client } from '../../core/provider.ts'
import type { Punctual } from '../../punctual.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { CliError } from '../cli-error.ts'
import type { Call, Field, Recorder } from './recorder.ts'
import type { Story } from './story.ts'

export interface JourneyParts {
  readonly punctual: Punctual
  readonly sandbox: Sandbox
  readonly recorder: Recorder
  readonly story: Story
  readonly client: Client
  readonly provider: 'calendly' | 'calcom'
  /** What the sandbox calls the person who says yes. */
  readonly person: string
}

const owner = 'customer-42'
const callers = 20

/** @throws {CliError} when anything came out otherwise. */
export async function journey(parts: JourneyParts): Promise<void> {
  const { sandbox, recorder, story, client, provider, person } = parts
  const { title, accessTokenLifetime, refreshTokenLifetime } = client.provider
  const path = client.provider.samples[0]?.path ?? (() => '/')
  story.chapter(title)

  story.step('Connect: one click of your customer')
  const connection = await connect(parts)
  const { name, email, timeZone } = connection.account
  story.done(`Connected: ${name}, ${email}, ${timeZone}. Scopes: ${connection.scopes.join(' ')}.`)

  story.step('Call the API in the customer’s name')
  story.say(code(`connection.fetch('${path(connection.account)}')`))
  await call(connection)
  show(recorder.take())
  story.done('No token in your code: Punctual adds it, and sends it to this API alone.')

  story.step(`Let the token end, then call from ${callers} places at once`)
  sandbox.clock.advance(accessTokenLifetime + 60)
  story.say(
    `The sandbox's clock moves on by ${Math.round(accessTokenLifetime / 60) + 1} minutes: the access token has ended.`,
  )
  await Promise.all(Array.from({ length: callers }, () => call(connection)))
  const calls = recorder.take()
  const renewals = calls.filter(isRenewal)
  show(renewals)
  expect(renewals.length === 1, `${callers} calls led to ${renewals.length} token requests at ${title}, not to one`)
  expect(calls.length === callers + 1, `${callers} calls led to ${calls.length} requests, not to ${callers + 1}`)
  story.done(
    `${callers} calls, ${callers} answers, exactly one renewal. A refresh token works once: two would have cost the grant.`,
  )

  story.step(`The customer takes access back at ${title}`)
  const ended = sandbox.revoke({ provider, account: person })
  expect(ended > 0, `the sandbox revoked nothing at ${title}`)
  let error = await failure(connection)
  if (error === null) {
    show(recorder.take())
    story.say(`${title} still honours the access token, which it cannot take back. Its end is the end:`)
    sandbox.clock.advance(accessTokenLifetime + 60)
    error = await failure(connection)
  }
  show(recorder.take())
  expect(
    error?.code === 'needs_reconnect',
    `the call after the revocation gave ${error?.code ?? 'an answer'}, not needs_reconnect`,
  )
  expect(error?.reason === 'refused', `the reason is ${error?.reason}, not refused`)
  story.done(
    'The call rejects with needs_reconnect, reason refused: a clear no of the provider, so a person has to say yes again.',
  )

  story.step('Reconnect')
  const again = await connect(parts, connection)
  expect(again.id === connection.id, 'the connection has another id than before')
  await call(again)
  show(recorder.take().filter(({ method }) => method === 'GET'))
  story.done(`Connected again, and the connection kept its id: ${connection.id}.`)

  story.step('Disconnect')
  story.say(code('connection.disconnect()'))
  const { revoked, notRevoked } = await again.disconnect()
  show(recorder.take())
  for (const token of revoked) story.done(`${words(token)} revoked at ${title}.`)
  for (const { token, detail } of notRevoked) story.say(`– ${words(token)} not revoked: ${detail}.`)
  const honest = client.provider.revocation === null ? notRevoked.length > 0 : revoked.length > 0
  expect(honest, `what was revoked at ${title} is not what it can revoke`)
  if (client.provider.revocation === null) {
    const rest =
      refreshTokenLifetime === null ? '' : `, the refresh token after ${refreshTokenLifetime / 86_400} days unused`
    story.say(`  Left at ${title}: the access token ends within ${accessTokenLifetime / 60} minutes${rest}.`)
  }
  const gone = await failure(again)
  expect(gone?.code === 'connection_not_found', 'the disconnected connection still answers')
  story.done('Disconnected. Punctual has deleted its copies, and a call now rejects with connection_not_found.')

  function show(some: readonly Call[]): void {
    for (const one of some) story.call(one)
  }

  async function call(connected: Connection): Promise<void> {
    const response = await connected.fetch(path(connected.account))
    expect(response.status === 200, `${title} answered a call with ${response.status}`)
  }

  async function failure(connected: Connection): Promise<PunctualError | null> {
    try {
      await connected.fetch(path(connected.account))
      return null
    } catch (error) {
      if (error instanceof PunctualError) return error
      throw error
    }
  }
}

/** One trip through the consent page: what the app does, and what the customer's browser does. */
async function connect(parts: JourneyParts, known?: Connection): Promise<Connection> {
  const { punctual, sandbox, recorder, story, client, person } = parts
  const reconnect = known ? ", connection: 'connection_…'" : ''
  story.say(code(`punctual.begin({ client: '${client.id}', owner: '${owner}', returnTo: '/done'${reconnect} })`))
  const begun = await punctual.begin({
    client: client.id,
    owner,
    returnTo: '/done',
    ...(known ? { connection: known.id } : {}),
  })
  story.message('browser', '→', `GET ${bare(begun.url)}`, fieldsOf(begun.url))
  story.say(`Your customer reads the consent page of ${client.provider.title}, and says yes.`)
  const callback = await sandbox.authorize({ url: begun.url, account: person })
  const cookie = (begun.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? ''
  const [name = '', nonce = ''] = cookie.split('=')
  const [, shown] = recorder.field('cookie', nonce)
  story.message('browser', '→', `GET ${bare(callback)}`, [
    ...fieldsOf(callback),
    ...(known ? [] : [['cookie', `${name}=${shown}`] as const]),
  ])
  const back = await punctual.handler(new Request(callback, { headers: { cookie } }))
  for (const one of recorder.take()) story.call(known ? withoutFields(one) : one)
  const location = URL.parse(back.headers.get('location') ?? '')
  const id = location?.searchParams.get('connection')
  expect(back.status === 303 && id, `the callback ended in ${location?.searchParams.get('error') ?? back.status}`)
  story.message('browser', '←', `303 ${location?.pathname}?punctual=connected&connection=…`, [])
  return punctual.connections.get(id ?? '')

  /** A second trip is told without what everybody has read before. */
  function fieldsOf(url: URL): Field[] {
    return known ? [] : [...url.searchParams].map(([name, value]) => recorder.field(name, value))
  }
}

export function ownerOfJourney(): string {
  return owner
}

function expect(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new CliError(`This is not how it should be: ${sentence}.`)
}

function isRenewal({ sent }: Call): boolean {
  return sent.some(([name, value]) => name === 'grant_type' && value === 'refresh_token')
}

function withoutFields(call: Call): Call {
  return { ...call, sent: [], answered: [] }
}

function bare(url: URL): string {
  return `${url.origin}${url.pathname}`
}

function code(text: string): string {
  return `your app   ${text}`
}

function words(token: string): string {
  return token === 'access_token' ? 'Access token' : 'Refresh token'
}
