// The life of one connection, from the first click to the last. Each step does what an app would do, shows what was sent and
// received, and checks that the result is as promised.

import type { Connection } from '../../connection.ts'
import { PunctualError } from '../../core/errors.ts'
import { bookOnceAndMove } from './booking.ts'
import type { Call, Field } from './recorder.ts'
import { code, expect, type Journey, showCalls, withoutFields } from './steps.ts'

const owner = 'customer-42'
const callers = 20

/** @throws {CliError} when anything is not as promised. */
export async function journey(parts: Journey): Promise<void> {
  parts.story.chapter(parts.client.provider.title)
  const connection = await connectFirst(parts)
  await callOnce(parts, connection)
  await bookOnceAndMove(parts, connection)
  await callAfterExpiry(parts, connection)
  await callAfterRevocation(parts, connection)
  await disconnect(parts, await reconnect(parts, connection))
}

async function connectFirst(parts: Journey): Promise<Connection> {
  const { story } = parts
  story.step('Connect: one click of your customer')
  const connection = await connect(parts)
  const { name, email, timeZone } = connection.account
  story.done(`Connected: ${name}, ${email}, ${timeZone}. Scopes: ${connection.scopes.join(' ')}.`)
  return connection
}

async function callOnce(parts: Journey, connection: Connection): Promise<void> {
  const { story } = parts
  story.step('Call the API for the customer')
  story.say(code(`connection.fetch('${pathOf(parts, connection)}')`))
  await call(parts, connection)
  showCalls(parts)
  story.done('Your code holds no token: Punctual adds it, and sends it to this API only.')
}

async function callAfterExpiry(parts: Journey, connection: Connection): Promise<void> {
  const { sandbox, recorder, story, client } = parts
  const { title, accessTokenLifetime } = client.provider
  story.step(`Let the access token expire, then call from ${callers} places at once`)
  sandbox.clock.advance(accessTokenLifetime + 60)
  const minutes = Math.round(accessTokenLifetime / 60) + 1
  story.say(`The sandbox's clock moves on by ${minutes} minutes: the access token has expired.`)
  await Promise.all(Array.from({ length: callers }, () => call(parts, connection)))
  const calls = recorder.take()
  const refreshes = calls.filter(isRefresh)
  for (const refresh of refreshes) story.call(refresh)
  expect(refreshes.length === 1, `${callers} calls led to ${refreshes.length} token requests at ${title}, not to one`)
  expect(calls.length === callers + 1, `${callers} calls led to ${calls.length} requests, not to ${callers + 1}`)
  story.done(
    `${callers} calls, ${callers} answers, exactly one refresh. A refresh token works once: a second use would have ended the grant.`,
  )
}

async function callAfterRevocation(parts: Journey, connection: Connection): Promise<void> {
  const { sandbox, story, client, provider, person } = parts
  const { title, accessTokenLifetime } = client.provider
  story.step(`The customer revokes access at ${title}`)
  const revoked = sandbox.revoke({ provider, account: person })
  expect(revoked > 0, `the sandbox revoked nothing at ${title}`)
  let error = await failedCall(parts, connection)
  if (error === null) {
    showCalls(parts)
    story.say(`${title} still accepts the access token until it expires, so the clock moves on again:`)
    sandbox.clock.advance(accessTokenLifetime + 60)
    error = await failedCall(parts, connection)
  }
  showCalls(parts)
  expect(
    error?.code === 'needs_reconnect',
    `the call after the revocation ended with ${error?.code ?? 'an answer'}, not with needs_reconnect`,
  )
  expect(error?.reason === 'refused', `the reason is ${error?.reason}, not refused`)
  story.done(
    'The call rejects with needs_reconnect, reason refused: the provider has clearly refused, so a person must consent again.',
  )
}

async function reconnect(parts: Journey, connection: Connection): Promise<Connection> {
  const { recorder, story } = parts
  story.step('Reconnect')
  const again = await connect(parts, connection)
  expect(again.id === connection.id, 'the connection has another id than before')
  await call(parts, again)
  for (const one of recorder.take().filter(({ method }) => method === 'GET')) story.call(one)
  story.done(`Connected again, and the connection kept its id: ${connection.id}.`)
  return again
}

async function disconnect(parts: Journey, connection: Connection): Promise<void> {
  const { story, client } = parts
  const { title, accessTokenLifetime, refreshTokenLifetime, revocation } = client.provider
  story.step('Disconnect')
  story.say(code('connection.disconnect()'))
  const { revoked, notRevoked } = await connection.disconnect()
  showCalls(parts)
  for (const token of revoked) story.done(`${words(token)} revoked at ${title}.`)
  for (const { token, detail } of notRevoked) story.say(`– ${words(token)} not revoked: ${detail}.`)
  const isAsExpected = revocation === null ? notRevoked.length > 0 : revoked.length > 0
  expect(isAsExpected, `what was revoked at ${title} is not what it can revoke`)
  if (revocation === null) {
    const rest =
      refreshTokenLifetime === null ? '' : `, the refresh token after ${refreshTokenLifetime / 86_400} days without use`
    story.say(`  Left at ${title}: the access token expires within ${accessTokenLifetime / 60} minutes${rest}.`)
  }
  const error = await failedCall(parts, connection)
  expect(error?.code === 'connection_not_found', 'the disconnected connection can still be used')
  story.done('Disconnected. Punctual has deleted its copies, and a call now rejects with connection_not_found.')
}

function pathOf({ client }: Journey, { account }: Connection): string {
  return client.provider.samples[0]?.path(account) ?? '/'
}

async function call(parts: Journey, connection: Connection): Promise<void> {
  const { status } = await connection.fetch(pathOf(parts, connection))
  expect(status === 200, `${parts.client.provider.title} answered a call with ${status}`)
}

async function failedCall(parts: Journey, connection: Connection): Promise<PunctualError | null> {
  try {
    await connection.fetch(pathOf(parts, connection))
    return null
  } catch (error) {
    if (error instanceof PunctualError) return error
    throw error
  }
}

/** One authorization attempt: what the app does, and what the customer's browser does. */
async function connect(parts: Journey, known?: Connection): Promise<Connection> {
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
  story.say(`Your customer reads the consent page of ${client.provider.title} and allows access.`)
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

  /** The second attempt is shown without the fields that the first has shown. */
  function fieldsOf(url: URL): Field[] {
    return known ? [] : [...url.searchParams].map(([name, value]) => recorder.field(name, value))
  }
}

export function ownerOfJourney(): string {
  return owner
}

function isRefresh({ sent }: Call): boolean {
  return sent.some(([name, value]) => name === 'grant_type' && value === 'refresh_token')
}

function bare(url: URL): string {
  return `${url.origin}${url.pathname}`
}

function words(token: string): string {
  return token === 'access_token' ? 'Access token' : 'Refresh token'
}
