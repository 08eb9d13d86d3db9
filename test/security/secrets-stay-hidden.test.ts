// Collects every secret that passes between Punctual and the providers, and searches everything that a journey wrote or showed.

import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'

import { sqlite } from '../../src/store/sqlite.ts'
import { cookieOf, startHost, testKey } from '../support/host.ts'
import { assertNowhere, everythingIn } from './canaries/search.ts'

const secretFields = /^(access_token|refresh_token|code|code_verifier|client_secret|token)$/

interface Watch {
  readonly fetch: typeof fetch
  readonly secrets: Set<string>
}

/** Returns a `fetch` that records the secrets in what it sends and receives. */
function watching(): Watch {
  const secrets = new Set<string>()
  const note = (entries: Iterable<[string, unknown]>) => {
    for (const [name, value] of entries) if (secretFields.test(name) && typeof value === 'string') secrets.add(value)
  }
  return {
    secrets,
    async fetch(input, init) {
      if (init?.body) note(new URLSearchParams(String(init.body)))
      const bearer = /^Bearer (.+)$/.exec(new Headers(init?.headers).get('authorization') ?? '')?.[1]
      if (bearer) secrets.add(bearer)
      const response = await fetch(input, init)
      const json: unknown = await response
        .clone()
        .json()
        .catch(() => null)
      if (json && typeof json === 'object') note(Object.entries(json))
      return response
    },
  }
}

for (const client of ['calendly', 'calcom', 'calcom-public']) {
  test(`no secret of a journey is written or shown: ${client}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'punctual-'))
    t.after(() => rm(folder, { recursive: true }))
    const watch = watching()
    const shown: string[] = []
    const show = (value: unknown) =>
      shown.push(inspect(value, { depth: 12, showHidden: true }), JSON.stringify(value) ?? '', String(value))
    /** Of what is handed to listeners and callers, also what no print shows. */
    const showAll = (value: unknown) => {
      show(value)
      shown.push(everythingIn(value))
    }
    const host = await startHost(t, {
      measure: showAll,
      store: sqlite(join(folder, 'punctual.db')),
      fetch: watch.fetch,
      journal: join(folder, 'journal'),
      escrow: join(folder, 'escrow'),
    })
    host.punctual.on(showAll)
    const refusal = (error: unknown) => showAll(error)

    const { url, headers } = await host.punctual.begin({ client, owner: 'ada', returnTo: '/done' })
    watch.secrets.add(url.searchParams.get('state') ?? '')
    watch.secrets.add(cookieOf(headers).split('=')[1] ?? '')
    const back = await host.sandbox.authorize({ url })
    watch.secrets.add(back.searchParams.get('code') ?? '')
    const response = await host.punctual.handler(new Request(back, { headers: { cookie: cookieOf(headers) } }))
    show([...response.headers])
    const page = await host.punctual.handler(
      new Request(`${back.origin}${back.pathname}?state=unknown&code=${back.searchParams.get('code')}`),
    )
    shown.push(await page.text())

    const connection = await host.connect(client)
    show(connection)
    show(await connection.token())
    show({ ...(await connection.token()) })
    host.sandbox.clock.advance(3 * 3600)
    const path = client === 'calendly' ? '/users/me' : '/v2/me'
    await connection.fetch(path)
    await connection.fetch('https://evil.example/').catch(refusal)
    await connection.fetch('/v2/bookings').then(async (answer) => shown.push(await answer.text()), refusal)
    host.sandbox.revoke({
      provider: client === 'calendly' ? 'calendly' : 'calcom',
      account: connection.account.email ?? '',
    })
    host.sandbox.clock.advance(3 * 3600)
    await connection.fetch(path).catch(refusal)
    show(await (await host.connect(client)).disconnect())
    show(await host.punctual.connections.list({ status: 'disconnected' }))

    watch.secrets.delete('')
    assert.ok(watch.secrets.size >= 9, `only ${watch.secrets.size} secrets were seen`)
    const files = await readdir(folder, { recursive: true, withFileTypes: true })
    assert.ok(files.some((file) => file.parentPath.endsWith('escrow')))
    const written = files
      .filter((file) => file.isFile())
      .map((file) => readFile(join(file.parentPath, file.name), 'latin1'))
    const everything = [...shown, ...(await Promise.all(written))].join('\n')
    assert.ok(everything.includes('ada@'), 'the search does not read what was written')
    const secrets = [...watch.secrets, testKey].filter((value) => value.length >= 12)
    assertNowhere(
      [['what was written or shown', everything]],
      new Map(secrets.map((value) => [value, value.slice(0, 4)])),
    )
  })
}
