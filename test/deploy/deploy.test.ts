// The files of deploy/ cannot be built or run where the tests run. Linters read them, and what they name is compared with the
// program: paths, ports, addresses and settings.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DCLinter } from 'dclint'
import { validate } from 'dockerfile-utils'
import { parse } from 'yaml'
import { settingTable } from '../../src/cli/settings/table.ts'
import { createServer } from '../../src/server/index.ts'
import { emptyFolder } from '../cli/start.ts'

const root = join(import.meta.dirname, '../..')
const deploy = join(root, 'deploy')
const read = (name: string) => readFileSync(join(deploy, name), 'utf8')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  name: string
  version: string
  bin: { punctual: string }
  peerDependencies: { pg: string }
}
const deployingGuide = readFileSync(join(root, 'docs/guide/deploying.md'), 'utf8')
const dockerfile = read('Dockerfile')
const instruction = (name: string) =>
  [...dockerfile.matchAll(new RegExp(`^${name} (.+)$`, 'gm'))].map(([, rest = '']) => rest)
const environment = Object.fromEntries(
  (instruction('ENV')[0] ?? '').split(' ').map((pair) => pair.split('=') as [string, string]),
)

interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly volumes: Readonly<Record<string, unknown>>
}

interface ComposeService {
  readonly build?: { readonly context: string; readonly dockerfile: string }
  readonly read_only?: boolean
  readonly stop_grace_period?: string
  readonly environment: Readonly<Record<string, string>>
  readonly env_file?: readonly string[]
  readonly volumes: readonly string[]
}

const compose = parse(read('compose.yaml'), { merge: true }) as Compose
const replicas = Object.keys(compose.services).filter((name) => name.startsWith('punctual-'))

test('the container file has nothing that its linter remarks upon', () => {
  assert.deepEqual(validate(dockerfile), [])
  assert.equal(validate('FROM node\nRUNN x').length, 1, 'the linter finds something')
})

test('the container runs the command of the package, without rights, on its port', () => {
  const inside = join('/app/node_modules', manifest.name, manifest.bin.punctual)
  assert.deepEqual(instruction('ENTRYPOINT'), [`["node", "${inside}"]`])
  assert.deepEqual(instruction('CMD'), ['["serve"]'])
  assert.deepEqual(instruction('USER'), ['1000:1000'])
  assert.deepEqual(instruction('EXPOSE'), [environment.PUNCTUAL_PORT])
  assert.deepEqual([environment.PUNCTUAL_HOST, environment.PUNCTUAL_DATA], ['0.0.0.0', instruction('VOLUME')[0]])
  assert.ok(instruction('RUN').some((line) => line.includes(`"pg@${manifest.peerDependencies.pg}"`)))
  // What npm pack makes is what is copied, and the only thing that the build sees.
  const packed = `${manifest.name}-${manifest.version}.tgz`
  for (const pattern of [
    instruction('COPY')[0]?.split(' ')[0] ?? '',
    read('Dockerfile.dockerignore').split('!')[1] ?? '',
  ])
    assert.match(packed, new RegExp(`^${pattern.trim().replaceAll('.', '\\.').replace('*', '.+')}$`))
})

test('the healthchecks and proxies name addresses that the service has', async () => {
  const server = createServer({ punctual: { handler: async () => new Response(), ready: async () => {} } })
  const named = [...`${dockerfile}${read('Caddyfile')}${read('nginx.conf')}`.matchAll(/\/(livez|readyz)\b/g)]
  assert.ok(named.length >= 4)
  for (const path of new Set(named.map(([path]) => path))) assert.equal((await server.request(path)).status, 200, path)
})

test('the compose file has nothing that its linter remarks upon', () => {
  const orders = ['service-keys-order', 'services-alphabetical-order', 'top-level-properties-order']
  const rules = Object.fromEntries(orders.map((rule) => [rule, 0]))
  const linter = new DCLinter({
    // The proxy is for everybody, and so listens on every address. The order is that of a reader.
    rules: { ...rules, 'no-unbound-port-interfaces': 0 },
    quiet: false,
    debug: false,
    exclude: [],
  })
  const [result] = linter.lintFiles([join(deploy, 'compose.yaml')], false)
  assert.deepEqual(result?.messages, [])
})

test('two replicas are the same but for their folders, and are stopped with patience', () => {
  assert.equal(replicas.length, 2)
  const [first, second] = replicas.map((name) => compose.services[name])
  assert.deepEqual({ ...first, volumes: [] }, { ...second, volumes: [] })
  assert.notDeepEqual(first?.volumes, second?.volumes)
  assert.equal(join('deploy', first?.build?.context ?? ''), '.')
  assert.equal(first?.build?.dockerfile, 'deploy/Dockerfile')
  assert.deepEqual([first?.read_only, first?.stop_grace_period], [true, '3m'])
  for (const name of replicas) {
    const [volume = '', folder] = compose.services[name]?.volumes[0]?.split(':') ?? []
    assert.ok(volume in compose.volumes)
    assert.equal(folder, environment.PUNCTUAL_DATA)
  }
})

test('the proxies pass to the replicas', () => {
  const caddy = /^\treverse_proxy (.+) \{$/m.exec(read('Caddyfile'))?.[1]
  assert.equal(caddy, replicas.map((name) => `${name}:${environment.PUNCTUAL_PORT}`).join(' '))
  const proxyPass = /proxy_pass (\S+);/.exec(read('nginx.conf'))?.[1] ?? ''
  assert.equal(new URL(proxyPass).pathname, '/', 'with a path, nginx would decode the ids in it')
  assert.ok(!proxyPass.endsWith('/'))
})

test('every setting that is named is one, and the example has what the compose file asks for', () => {
  for (const name of readdirSync(deploy)) {
    const found = [...read(name).matchAll(/\b(?:PUNCTUAL|CALENDLY|CALCOM)_[A-Z_]+\b/g)].map(([setting]) => setting)
    const unknown = found.filter((setting) => !(setting in settingTable))
    assert.deepEqual(unknown, [], name)
  }
  const asked = [...read('compose.yaml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name)
  const given = [...read('env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name)
  assert.deepEqual(
    asked.filter((name) => !given.includes(name)),
    [],
  )
  assert.deepEqual(
    given.filter((name = '') => !(name in settingTable) && !asked.includes(name)),
    [],
  )
})

test('every setting of the table reaches the replicas, but for those that the compose file gives itself', () => {
  const fixed = [
    'PUNCTUAL_DATA',
    'PUNCTUAL_DATABASE',
    'PUNCTUAL_HOST',
    'PUNCTUAL_KEYS',
    'PUNCTUAL_PORT',
    'PUNCTUAL_URL',
  ]
  for (const name of replicas) {
    const { env_file: files, environment: given = {} } = compose.services[name] ?? {}
    // The file that compose also takes the values of `${…}` from, so that one file has all of them.
    assert.deepEqual(files, ['.env'])
    assert.deepEqual(Object.keys(given).sort(), fixed)
    for (const setting of ['PUNCTUAL_DATA', 'PUNCTUAL_HOST', 'PUNCTUAL_PORT'])
      assert.equal(given[setting], environment[setting], setting)
    assert.equal(given.PUNCTUAL_KEYS?.startsWith('${PUNCTUAL_KEYS'), true)
  }
  const documented = [...deployingGuide.matchAll(/those that the compose file sets itself are (.+?)\./gs)]
  assert.equal(documented.length, 1)
})

test('the commands of the guide name what the image, the compose file and the unit have', () => {
  const linked = instruction('RUN').concat(dockerfile.split('\n')).join('\n')
  assert.match(linked, /ln -s \/app\/node_modules\/\.bin\/punctual \/usr\/local\/bin\/punctual/)
  const [, inCompose = ''] = /compose\.yaml exec (\S+) punctual api-keys list/.exec(deployingGuide) ?? []
  assert.ok(replicas.includes(inCompose))
  const unit = read('punctual.service')
  const [, command = ''] = /^ExecStart=(.+) serve$/m.exec(unit) ?? []
  assert.ok(deployingGuide.includes(`${command} api-keys list`))
  for (const name of ['DynamicUser', 'User', 'StateDirectory', 'WorkingDirectory', 'EnvironmentFile']) {
    const [, value] = new RegExp(`^${name}=(.+)$`, 'm').exec(unit) ?? []
    assert.ok(deployingGuide.includes(`--property=${name}=${value}`), name)
  }
})

test('nginx repeats no request of the proxy route', () => {
  const conf = read('nginx.conf')
  const [, pattern = '', rules = ''] = /location ~ (\S+) \{([^}]*proxy_next_upstream off;[^}]*)\}/.exec(conf) ?? []
  assert.match(rules, /proxy_pass http:\/\/punctual;/)
  const route = new RegExp(pattern)
  for (const path of ['proxy', 'proxy/users/me']) assert.ok(route.test(`/punctual/v1/connections/con_1/${path}`))
  for (const path of ['bookings', 'proxyless']) assert.ok(!route.test(`/punctual/v1/connections/con_1/${path}`))
})

test('the unit runs the command of the package and is accepted by systemd', (t) => {
  const unit = read('punctual.service')
  const command = /^ExecStart=(.+)$/m.exec(unit)?.[1]
  const inside = join('/opt/punctual/node_modules', manifest.name, manifest.bin.punctual)
  assert.equal(command, `/usr/bin/node ${inside} serve`)
  assert.match(unit, /^TimeoutStopSec=3min$/m)
  const copy = join(emptyFolder(), 'punctual.service')
  copyFileSync(join(deploy, 'punctual.service'), copy)
  const { error, stdout, stderr } = spawnSync('systemd-analyze', ['verify', copy], { encoding: 'utf8' })
  if (error) return t.skip('systemd-analyze is not on this machine')
  // Node may be elsewhere on this machine.
  assert.doesNotMatch(stdout + stderr, /punctual\.service:\d+|Unknown/)
})
