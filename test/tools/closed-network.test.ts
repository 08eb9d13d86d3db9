// The closed network is seen to refuse each way out of this machine, and to leave the ways within it open.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

/** Runs a program behind the closed network and answers what it printed. */
function behind(program: string): string {
  const args = ['--import', './tools/closed-network.ts', '--input-type=module', '-e', program]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 })
  return stdout + stderr
}

const waysOut: Readonly<Record<string, string>> = {
  'a connection by port and host': "import net from 'node:net'; net.connect(9, '192.0.2.1')",
  'a connection by options': "import { connect } from 'node:net'; connect({ port: 9, host: 'example.invalid' })",
  'a socket of its own': "import { Socket } from 'node:net'; new Socket().connect(9, '192.0.2.1')",
  tls: "import { connect } from 'node:tls'; connect(9, '192.0.2.1')",
  fetch: "await fetch('https://example.invalid').catch((error) => { throw error.cause ?? error })",
  'an http request': "import { get } from 'node:http'; get('http://192.0.2.1')",
  'a lookup': "import { lookup } from 'node:dns'; lookup('example.invalid', () => {})",
  'a lookup by promise': "import { lookup } from 'node:dns/promises'; await lookup('example.invalid')",
  'a resolver': "import { Resolver } from 'node:dns/promises'; await new Resolver().resolve4('example.invalid')",
  'a datagram': "import { createSocket } from 'node:dgram'; createSocket('udp4').send('x', 9, '192.0.2.1')",
}

for (const [name, program] of Object.entries(waysOut)) {
  test(`refuses ${name}`, () =>
    assert.match(behind(program), /the network is shut: no \w+ (to|of) (192\.0\.2\.1|example)/))
}

test('leaves this machine open', () => {
  const program = `
    import { createServer } from 'node:http'
    import { connect } from 'node:net'
    import { lookup } from 'node:dns/promises'
    await lookup('localhost')
    const server = createServer((_, response) => response.end('heard')).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.on('listening', resolve))
    const { port } = server.address()
    for (const host of ['127.0.0.1', 'localhost']) console.log(await (await fetch('http://' + host + ':' + port)).text())
    connect(port).on('connect', function () { console.log('connected'); this.destroy(); server.close(); server.closeAllConnections() })
  `
  assert.equal(behind(program), 'heard\nheard\nconnected\n')
})
