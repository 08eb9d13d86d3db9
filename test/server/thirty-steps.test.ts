// A stranger's client, generated from the document of the API, does a whole journey: against one process with SQLite, and
// against two replicas with Postgres, of which one is killed in the middle and started again, and the other one stopped.

import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts'
import { execute } from '../../tools/execute.ts'
import { typesOf } from '../../tools/openapi-client/client-types.ts'
import { lintDocument } from '../../tools/openapi-client/lint.ts'
import { emptyFolder, run, type StartedService, startServe } from '../cli/start.ts'
import { startPostgres } from '../postgres/server.ts'
import { createBrowser } from '../support/browser.ts'
import { testKey } from '../support/settings.ts'
import { startFailoverProxy } from './failover-proxy.ts'
import { connecting } from './thirty-steps/connecting.ts'
import { ending } from './thirty-steps/ending.ts'
import { createJourney, type Journey, type Step } from './thirty-steps/journey.ts'
import { scheduling } from './thirty-steps/scheduling.ts'

const root = join(import.meta.dirname, '../..')
const steps: readonly Step[] = [...connecting, ...scheduling, ...ending]

/** The settings for the providers of the sandbox. */
function providers({ calendly, calcom }: Sandbox): Record<string, string> {
  return {
    CALENDLY_AUTH_URL: calendly.hosts.auth,
    CALENDLY_API_URL: calendly.hosts.api,
    CALCOM_APP_URL: calcom.hosts.app,
    CALCOM_API_URL: calcom.hosts.api,
  }
}

interface Place {
  readonly sandbox: Sandbox
  readonly url: string
  readonly key: string
  /** The settings of the commands that share the database. */
  readonly settings: Record<string, string>
  readonly folder: string
}

function journeyAt({ sandbox, url, key, settings, folder }: Place, client: Journey['client']): Journey {
  return createJourney(
    {
      url,
      key,
      async connect(address) {
        const browser = createBrowser()
        const consent = await browser.open(`${address}?client=${client}`)
        const { url: end } = await browser.send(consent.url, { decision: 'allow', account: 'eve' })
        return end
      },
      async createKey(...options) {
        const command = ['api-keys', 'create', '--name', 'a test', '--json', ...options]
        const { code, stdout, stderr } = await run(command, settings, folder)
        assert.equal(code, 0, stderr)
        return (JSON.parse(stdout) as { key: string }).key
      },
      delivered: () => sandbox.delivered(),
      async tokenRequests() {
        const { requests } = (await (await fetch(`${sandbox.url}/control/requests`)).json()) as {
          requests: { endpoint: string }[]
        }
        return requests.filter(({ endpoint }) => endpoint === 'token').length
      },
    },
    client,
  )
}

/** Runs the steps in order, until one fails. `between` is called before each, with its number, from 1. */
async function walk(t: TestContext, journey: Journey, between: (number: number) => Promise<void> = async () => {}) {
  for (const [index, { title, run }] of steps.entries()) {
    await between(index + 1)
    let hasPassed = false
    await t.test(`${index + 1}. ${title}`, async () => {
      await run(journey)
      hasPassed = true
    })
    if (!hasPassed) return
  }
}

/** Where a service listens that has another public address. */
function ownUrl(service: StartedService | null): string {
  return /listens on (\S+)/.exec(service?.output() ?? '')?.[1] ?? ''
}

test('there are at least thirty steps', () => assert.ok(steps.length >= 30))

for (const client of ['calendly', 'calcom'] as const) {
  test(`the journey on SQLite, at ${client}`, async (t) => {
    await using sandbox = await createSandbox()
    const folder = emptyFolder()
    const service = await startServe(folder, providers(sandbox))
    t.after(() => service.stop('SIGKILL'))
    const settings = { ...providers(sandbox), PUNCTUAL_DATA: join(folder, 'data') }
    await walk(t, journeyAt({ sandbox, url: service.url, key: service.key ?? '', settings, folder }, client))
    const { code, stderr } = await service.stop()
    assert.equal(code, 0, stderr)
  })
}

test('the journey on two replicas with Postgres, while they are killed, started and stopped', async (t) => {
  await using sandbox = await createSandbox()
  const postgres = await startPostgres()
  t.after(() => postgres.end())
  const proxy = await startFailoverProxy(t)
  const settings = {
    ...providers(sandbox),
    PUNCTUAL_DATABASE: postgres.url,
    PUNCTUAL_KEYS: testKey,
    PUNCTUAL_URL: proxy.url,
  }
  const folders = [emptyFolder(), emptyFolder()] as const
  const start = async (index: 0 | 1) => {
    const service = await startServe(folders[index], { ...settings, PUNCTUAL_PORT: '0' })
    t.after(() => service.stop('SIGKILL'))
    return service
  }
  // Both meet an empty database.
  const replicas: (StartedService | null)[] = await Promise.all([start(0), start(1)])
  const keys = replicas.flatMap((service) => service?.key ?? [])
  assert.equal(keys.length, 1, 'one of them makes the first key')
  const origins = replicas.map(ownUrl)
  proxy.passTo(origins)
  const journey = journeyAt({ sandbox, url: proxy.url, key: keys[0] ?? '', settings, folder: folders[0] }, 'calcom')
  await walk(t, journey, async (number) => {
    if (number === 9) await replicas[0]?.stop('SIGKILL')
    if (number === 24) {
      replicas[0] = await start(0)
      origins[0] = ownUrl(replicas[0])
      assert.equal(replicas[0].key, null, 'the database has a key')
    }
    if (number === 26) {
      const asking = Array.from({ length: 8 }, () => journey.api.GET('/v1/connections', {}))
      const stopped = replicas[1]?.stop('SIGTERM')
      const answers = await Promise.all(asking)
      assert.deepEqual(
        answers.map(({ response }) => response.status),
        Array(8).fill(200),
        'a replica that stops drops nothing',
      )
      assert.equal((await stopped)?.code, 0)
    }
  })
  assert.ok(origins.every((origin) => (proxy.answered.get(origin) ?? 0) > 0))
})

test('the journey type-checks against the types that are made from the document', async (t) => {
  await using sandbox = await createSandbox()
  const service = await startServe(emptyFolder(), { ...providers(sandbox), PUNCTUAL_URL: 'https://punctual.test' })
  t.after(() => service.stop('SIGKILL'))
  const document = await (await fetch(`${ownUrl(service)}/openapi.json`)).text()
  mkdirSync(join(root, '.check'), { recursive: true })
  const folder = mkdtempSync(join(root, '.check', 'client-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(join(import.meta.dirname, 'thirty-steps'), folder, { recursive: true })
  writeFileSync(join(folder, 'api.d.ts'), await typesOf(JSON.parse(document)))
  const compilerOptions = { declaration: false, isolatedDeclarations: false }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', compilerOptions, include: ['*.ts'] }),
  )
  const { output } = await execute(
    join(root, 'node_modules/.bin/tsc'),
    ['-p', folder, '--pretty', 'false'],
    root,
    150_000,
  )
  assert.equal(output, '')
  await t.test('and the document passes the linter without a warning', async () => {
    assert.deepEqual(await lintDocument(document), [])
  })
})
