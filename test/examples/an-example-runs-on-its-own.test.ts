// `node examples/…/server.ts` starts the application with a provider beside it, and ends on SIGTERM.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { createBrowser } from '../support/browser.ts'
import { preloads } from '../support/preloads.ts'
import { startReverseProxy } from './reverse-proxy.ts'

const root = join(import.meta.dirname, '../..')
const byName = `--import=${join(root, 'tools/source-resolution.ts')}`

for (const name of ['hono', 'express', 'fastify', 'node-http', 'own-provider', 'booking-page']) {
  test(`the ${name} example runs on its own`, async (t) => {
    const front = await startReverseProxy(t)
    const folder = mkdtempSync(join(tmpdir(), 'punctual-example-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const { PATH, NODE_COMPILE_CACHE } = process.env
    const env = { PATH, NODE_COMPILE_CACHE, PORT: '0', BASE_URL: `${front.url}/integrations` }
    const child = spawn(process.execPath, [byName, ...preloads, join(root, `examples/${name}/server.ts`)], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.after(() => child.kill('SIGKILL'))
    const exit = once(child, 'exit')
    for await (const line of createInterface(child.stdout)) {
      const port = /port (\d+)/.exec(line)?.[1]
      if (!port) continue
      front.passTo(Number(port))
      break
    }
    const browser = createBrowser()
    const home = await browser.send(`${front.url}/login`, { person: 'ada' })
    const provider = await browser.open(home.link('/integrations/connect/'))
    assert.equal(provider.status, 200)
    assert.notEqual(provider.url.origin, front.url)
    child.kill('SIGTERM')
    assert.deepEqual(await exit, [0, null])
  })
}
