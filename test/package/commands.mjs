// The installed command finds everything that it loads late: its version, its commands, the stores, the pages.
// The check of the package runs this in a project that installs it.

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const { version, bin } = createRequire(import.meta.url)('punctual/package.json')
const main = join(import.meta.dirname, 'node_modules/punctual', bin.punctual)
const env = { ...process.env, PUNCTUAL_PORT: '0', PUNCTUAL_DATA: 'data' }
const run = (...words) => execFileSync(process.execPath, [main, ...words], { encoding: 'utf8', env })

assert.equal(run('--version').trim(), version)

async function start(command, settings) {
  const child = spawn(process.execPath, [main, command], {
    env: { ...env, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    printed += chunk
    if (printed.includes('Ctrl+C')) break
  }
  return { child, printed }
}
async function stop(child) {
  child.kill()
  assert.deepEqual(await once(child, 'exit'), [0, null])
}

const { child: dev, printed } = await start('dev', {})
const [page, sandbox] = printed.match(/http:\/\/localhost:\d+\/|http:\/\/127\.0\.0\.1:\d+\//g)
assert.match(await (await fetch(page)).text(), /Connect Cal\.com/)
const overview = await (await fetch(sandbox)).text()
const [style] = overview.match(/\/[^"]+\.css/)
assert.equal((await fetch(new URL(style, sandbox))).status, 200)

const hosts = { CALENDLY_AUTH_URL: `${sandbox}calendly/auth`, CALENDLY_API_URL: `${sandbox}calendly/api` }
const service = await start('serve', { ...hosts, PUNCTUAL_DATA: 'service' })
const [address] = service.printed.match(/http:\/\/localhost:\d+\//)
const script = await fetch(`${address}connect.js`)
assert.match(script.headers.get('content-type'), /^text\/javascript/)
const browserModule = join(import.meta.dirname, 'node_modules/punctual/dist/browser/index.js')
assert.equal(await script.text(), readFileSync(browserModule, 'utf8'))
await stop(service.child)
await stop(dev)

assert.match(run('events'), /\w/)
assert.match(run('migrate', '--from', 'sqlite:data/punctual.db', '--to', 'sqlite:copy.db'), /\w/)
assert.match(run('try'), /\w/)
