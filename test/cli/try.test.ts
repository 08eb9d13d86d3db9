import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { tryOut } from '../../src/cli/commands/try.ts'
import { createTerminal } from '../../src/cli/output/terminal.ts'
import { runAlone } from './start.ts'

const secretNames = ['access_token', 'refresh_token', 'token', 'code', 'code_verifier', 'client_secret']

test('prints the whole journey of both providers, and none of its secrets', async () => {
  const secrets = new Set<string>()
  let output = ''
  const sink = new Writable({
    write(chunk, _encoding, done) {
      output += chunk
      done()
    },
  })
  await tryOut({
    terminal: createTerminal(sink),
    async fetch(input, init) {
      const request = new Request(input, init)
      secrets.add(request.headers.get('authorization')?.split(' ')[1] ?? '')
      const body = new URLSearchParams(await request.clone().text())
      for (const name of secretNames) secrets.add(body.get(name) ?? '')
      const response = await fetch(input, init)
      const json: unknown = await response
        .clone()
        .json()
        .catch(() => null)
      for (const [name, value] of Object.entries(json ?? {})) if (secretNames.includes(name)) secrets.add(String(value))
      return response
    },
  })
  secrets.delete('')
  assert.ok(secrets.size > 20, `only ${secrets.size} secrets were seen`)
  for (const secret of secrets) assert.ok(!output.includes(secret), `a secret was printed: ${secret.slice(0, 6)}…`)
  // A name in an address is words alone.
  const long = output
    .match(/[A-Za-z0-9_-]{22,}/g)
    ?.filter((word) => !/^((connection|punctual-attempt)_|[a-z_]+$)/.test(word))
  assert.deepEqual(long ?? [], [])
  for (const title of ['Calendly', 'Cal.com']) assert.match(output, new RegExp(`━━ ${title} ━`))
  assert.equal(output.match(/20 calls, 20 answers, exactly one refresh/g)?.length, 2)
  assert.equal(output.match(/needs_reconnect, reason refused/g)?.length, 2)
  assert.equal(output.match(/the connection kept its id/g)?.length, 2)
  assert.equal(output.match(/Two calls, one request to book, one booking: \S+Z, confirmed\./g)?.length, 2)
  assert.match(output, /outcome: attendee_has_to\. Calendly’s API moves no booking/)
  assert.match(output, /outcome: rebooked\. .* Its id is new, its chain is the same\./)
  assert.match(output, /outcome: moved\. Cal\.com has moved it: .* Its id is new, its chain is the same\./)
  assert.equal(output.match(/Cancelled\. Nothing is left in the calendar\./g)?.length, 2)
  assert.match(output, /Refresh token revoked at Calendly/)
  assert.match(output, /Refresh token not revoked: Cal\.com has no way/)
})

test('ends with 0, prints nothing on stderr, and no colours outside a terminal', async () => {
  const { code, stdout, stderr } = await runAlone(['try'])
  assert.deepEqual([code, stderr], [0, ''])
  assert.ok(!stdout.includes('\u001b'))
})

test('an unexpected response ends it with a sentence', async () => {
  const terminal = createTerminal(new Writable({ write: (_chunk, _encoding, done) => done() }))
  const broken = tryOut({
    terminal,
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      return String(input).includes('/users/me') ? new Response(await response.text(), { status: 418 }) : response
    },
  })
  await assert.rejects(broken, /^CliError: Unexpected: /)
})
