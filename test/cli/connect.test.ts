import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts'
import { browse } from './browse.ts'
import { emptyFolder, run, startCommand } from './start.ts'

function settingsFor({ calendly }: Sandbox, folder: string): Record<string, string> {
  return {
    PUNCTUAL_DATA: join(folder, 'data'),
    PUNCTUAL_PORT: '0',
    CALENDLY_AUTH_URL: calendly.hosts.auth,
    CALENDLY_API_URL: calendly.hosts.api,
  }
}

const address = /^(http:\/\/localhost:\d+\/) {2}open it in your browser/m

describe('connect', { concurrency: 2 }, () => {
  test('an account is connected on this machine, and the command ends with its id', async (t) => {
    const sandbox = await createSandbox()
    t.after(() => sandbox.close())
    const folder = emptyFolder()
    const settings = settingsFor(sandbox, folder)
    const connecting = startCommand(['connect', 'calendly', '--owner', 'ada'], settings, folder)
    const [, url = ''] = await connecting.until(address)
    const browser = browse()
    const consent = await browser.open(url)
    const done = await browser.submit(consent.url, consent.url.href, { decision: 'allow', account: 'ada' })
    assert.equal(done.text, 'Connected. You can close this window.\n')
    const { code, stdout, stderr } = await connecting.ended
    assert.deepEqual([code, stderr], [0, ''])
    const [, id = ''] = /^✔ Connected Ada Lindqvist <.*>: (connection_\S+)$/m.exec(stdout) ?? []
    const shown = await run(['connections', 'show', id, '--owner', 'ada', '--json'], settings, folder)
    assert.equal(shown.code, 0)
    const test = await run(['connections', 'test', id], settings, folder)
    assert.equal(test.code, 0)
    const { stdout: events } = await run(['events', '--json'], settings, folder)
    assert.match(events, /"type":"connection\.created"/)
  })

  test('a person who declines ends it with 1 and the reason; a program reads stdout alone', async (t) => {
    const sandbox = await createSandbox()
    t.after(() => sandbox.close())
    const folder = emptyFolder()
    const connecting = startCommand(['connect', 'calendly'], settingsFor(sandbox, folder), folder)
    const [, url = ''] = await connecting.until(address)
    const browser = browse()
    const consent = await browser.open(url)
    const done = await browser.submit(consent.url, consent.url.href, { decision: 'deny', account: 'ada' })
    assert.match(done.text, /^Not connected\./)
    const { code, stderr } = await connecting.ended
    assert.equal(code, 1)
    assert.match(stderr, /^Not connected: access_denied\./)
  })

  test('it ends with 1 when it is stopped, and with 2 without an app or on a server', async (t) => {
    const sandbox = await createSandbox()
    t.after(() => sandbox.close())
    const folder = emptyFolder()
    const settings = settingsFor(sandbox, folder)
    const connecting = startCommand(['connect', 'calendly'], settings, folder)
    await connecting.until(address)
    const stopped = await connecting.stop('SIGINT')
    assert.deepEqual([stopped.code, stopped.stderr], [1, 'Stopped. Nothing was connected.\n'])

    const elsewhere = emptyFolder()
    const without = await run(['connect', 'calcom'], { PUNCTUAL_DATA: join(elsewhere, 'data') }, elsewhere)
    assert.deepEqual([without.code, without.stdout], [2, ''])
    assert.match(without.stderr, /^No OAuth app is configured for calcom: set CALCOM_CLIENT_ID /)
    assert.ok(!existsSync(join(elsewhere, 'data')))
    const remote = await run(['connect', 'calendly'], { ...settings, PUNCTUAL_URL: 'https://app.example.com' }, folder)
    assert.equal(remote.code, 2)
    assert.match(remote.stderr, /^PUNCTUAL_URL must be an origin on localhost/)
  })
})
