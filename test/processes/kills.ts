// A process is killed at one kill point after another; then the restarted process must find what Punctual promises.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'

import { PunctualError } from '../../src/index.ts'
import { cookieOf, type Host, locationOf, startHost } from '../support/host.ts'
import { type Database, openStore } from './open-store.ts'
import { runWorker } from './run-worker.ts'

/** Kills while one grant is refreshed, at each of its kill points, `rounds` times. */
export async function killWhileRefreshing(
  t: TestContext,
  place: Database,
  client: string,
  rounds: number,
  callers: number = 3,
): Promise<void> {
  const host = await startHost(t, { store: openStore(place) })
  const { calendly, calcom } = host.sandbox
  const outcomes = { works: 0, lost: 0 }
  let connection = await host.connect(client)
  for (let done = 0, fatal = 0; done < rounds; fatal++) {
    host.sandbox.clock.advance(3 * 3600)
    const before = issued(host)
    const ended = await runWorker({
      ...place,
      sandbox: { calendly, calcom },
      ahead: host.sandbox.clock.now() - Date.now(),
      fatal,
      work: { kind: 'token', connection: connection.id, callers },
    })
    if (ended.signal !== 'SIGKILL') {
      assert.equal(ended.code, 0, ended.errors)
      done++
      fatal = -1
      continue
    }
    const committedThere = issued(host) > before

    // The restart: a minute later the dead process's lease has ended.
    host.sandbox.clock.advance(60)
    host.forget()
    try {
      await connection.token()
      outcomes.works++
    } catch (error) {
      assert.ok(error instanceof PunctualError)
      assert.deepEqual([error.code, error.reason], ['needs_reconnect', 'outcome_unknown'])
      assert.ok(committedThere, 'a grant ended whose token had not been spent')
      outcomes.lost++
      await assert.rejects(connection.token(), { code: 'needs_reconnect' })
      assert.ok(host.tokenRequests() <= 1, 'more than one token request for an ended grant')
      connection = await host.connect(client)
    }
  }
  // Before and after the claim, the request and the commit. Lost: after the request, and before the commit.
  assert.deepEqual(outcomes, { works: 4 * rounds, lost: 2 * rounds })
}

const profile = { calendly: '/users/me', calcom: '/v2/me' }

/** Kills while one account is connected, once at every kill point, each time with an empty database. */
export async function killWhileConnecting(
  t: TestContext,
  placeOf: (fatal: number) => Database | Promise<Database>,
  client: 'calendly' | 'calcom',
): Promise<void> {
  for (let fatal = 0, killed = true; killed; fatal++) {
    const place = await placeOf(fatal)
    const host = await startHost(t, { store: openStore(place) })
    const { url, headers } = await host.punctual.begin({ client, owner: 'ada', returnTo: '/done' })
    const address = (await host.sandbox.authorize({ url })).href
    const cookie = cookieOf(headers)
    const { calendly, calcom } = host.sandbox
    const ended = await runWorker({
      ...place,
      sandbox: { calendly, calcom },
      fatal,
      work: { kind: 'callback', address, cookie },
    })
    killed = ended.signal === 'SIGKILL'
    assert.ok(killed || ended.code === 0, ended.errors)

    // The user reloads the page a minute later; if that does not connect, a second try does.
    host.sandbox.clock.advance(60)
    const back = locationOf(await host.punctual.handler(new Request(address, { headers: { cookie } })))
    const connected = back.searchParams.get('punctual') === 'connected'
    if (!connected) assert.equal(back.searchParams.get('reason'), 'interrupted')
    const connection = connected
      ? await host.punctual.connections.get(back.searchParams.get('connection') ?? '')
      : await host.connect(client)
    assert.equal((await connection.fetch(profile[client])).status, 200)
    host.sandbox.clock.advance(3 * 3600)
    assert.equal((await connection.fetch(profile[client])).status, 200)
    assert.equal((await host.punctual.connections.list()).connections.length, 1)
    assert.ok(fatal < 60, 'the worker has not ended after 60 kills')
  }
}
/** Token requests that the provider has granted. */
function issued(host: Host): number {
  return host.sandbox.requests().filter(({ path, status }) => path.endsWith('/token') && status === 200).length
}
