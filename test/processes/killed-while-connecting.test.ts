import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'

import { sqlite } from '../../src/store/sqlite.ts'
import { cookieOf, locationOf, startHost } from '../journeys/host.ts'
import { runWorker } from './run-worker.ts'

const profile = { calendly: '/users/me', calcom: '/v2/me' }

describe('a process killed while it connects', () => {
  for (const [client, path] of Object.entries(profile)) {
    it(`leaves nothing that needs a person, whichever step it was at: ${client}`, async (t) => {
      const folder = await mkdtemp(join(tmpdir(), 'punctual-'))
      t.after(() => rm(folder, { recursive: true }))
      for (let fatal = 0, killed = true; killed; fatal++) {
        const database = join(folder, `${fatal}.db`)
        const host = await startHost(t, { store: sqlite(database) })
        const { url, headers } = await host.punctual.begin({ client, owner: 'ada', returnTo: '/done' })
        const address = (await host.sandbox.authorize({ url })).href
        const cookie = cookieOf(headers)
        const { calendly, calcom } = host.sandbox
        const ended = await runWorker({
          database,
          sandbox: { calendly, calcom },
          fatal,
          work: { kind: 'callback', address, cookie },
        })
        killed = ended.signal === 'SIGKILL'
        assert.ok(killed || ended.code === 0, ended.errors)

        // The person reloads the page a minute later; if that does not connect, connecting anew does.
        host.sandbox.clock.advance(60)
        const back = locationOf(await host.punctual.handler(new Request(address, { headers: { cookie } })))
        const connected = back.searchParams.get('punctual') === 'connected'
        if (!connected) assert.equal(back.searchParams.get('reason'), 'interrupted')
        const connection = connected
          ? await host.punctual.connections.get(back.searchParams.get('connection') ?? '')
          : await host.connect(client)
        assert.equal((await connection.fetch(path)).status, 200)
        host.sandbox.clock.advance(3 * 3600)
        assert.equal((await connection.fetch(path)).status, 200)
        assert.equal((await host.punctual.connections.list()).connections.length, 1)
        assert.ok(fatal < 60, 'the worker never came to its end')
      }
    })
  }
})
