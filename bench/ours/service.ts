// `punctual serve` as a process of its own: what its start, a route and idle clients cost. CPU time is that of all its threads,
// from the system (Linux).

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPunctual, type Punctual } from 'punctual'
import { calendly } from 'punctual/providers'
import { createSandbox, type Sandbox } from 'punctual/sandbox'
import { sqlite } from 'punctual/store/sqlite'
import { digits, percentile } from '../harness/statistics.ts'

const root = join(import.meta.dirname, '../..')
const owner = 'owner of the bench'
const [starts, rounds, requests, clients] = [5, 7, 300, 1000]

interface Service {
  readonly process: ChildProcess
  readonly url: string
  /** The first API key, where one was printed. */
  readonly key: string
  /** Until `/readyz` said 200. */
  readonly readyAfterMs: number
}

async function start(folder: string, sandbox: Sandbox): Promise<Service> {
  const port = await freePort()
  const { NODE_COMPILE_CACHE: _, ...ambient } = process.env
  const { auth, api } = sandbox.calendly.hosts
  const began = performance.now()
  const child = spawn(process.execPath, [join(root, 'dist/cli/main.js'), 'serve'], {
    cwd: folder,
    env: {
      ...ambient,
      PUNCTUAL_PORT: String(port),
      PUNCTUAL_REQUESTS_PER_MINUTE: '1000000',
      CALENDLY_AUTH_URL: auth,
      CALENDLY_API_URL: api,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (printed.length < 10_000) printed += text
  })
  const url = `http://127.0.0.1:${port}`
  while ((await fetch(`${url}/readyz`).catch(() => null))?.status !== 200) {
    if (performance.now() - began > 30_000) throw new Error(`the service is not ready: ${printed}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  const readyAfterMs = performance.now() - began
  // The first key is printed right after.
  while (!printed.includes('Ctrl+C')) await once(child.stdout, 'data')
  return { process: child, url, key: /\bpk_[\w-]+/.exec(printed)?.[0] ?? '', readyAfterMs }
}

/** As a service manager stops it. So the next start finds what this one has compiled, like every start but the first. */
async function stop({ process: child }: Service): Promise<void> {
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** CPU time of all threads of a process, in milliseconds. */
function cpuMs({ pid }: ChildProcess): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  return threads
    .map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
    .reduce((sum, ms) => sum + ms)
}

/** What a process has in memory, in megabytes. */
function memoryMb({ pid }: ChildProcess): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

const median = (values: readonly number[]) => percentile(values, 50)

async function startRows(sandbox: Sandbox, folder: () => string): Promise<string[][]> {
  const measured = async (where: () => string) => {
    const [wall, cpu]: [number[], number[]] = [[], []]
    for (let n = 0; n < starts; n++) {
      const service = await start(where(), sandbox)
      wall.push(service.readyAfterMs)
      cpu.push(cpuMs(service.process))
      await stop(service)
    }
    return [`${digits(median(wall))} ms`, `${digits(median(cpu))} ms`]
  }
  const existing = folder()
  await stop(await start(existing, sandbox))
  return [
    ['start, in an empty folder, to ready', ...(await measured(folder))],
    ['start, in a folder that exists, to ready', ...(await measured(() => existing))],
  ]
}

/** Five accounts of one owner: their list has a little less than 2 kB. */
async function connectAccounts(punctual: Punctual, sandbox: Sandbox): Promise<void> {
  for (const account of ['ada', 'ben', 'chloe', 'dan', 'eve']) {
    const { url, headers } = await punctual.begin({ client: 'calendly', owner, returnTo: '/done' })
    const back = await sandbox.authorize({ url, account })
    const cookie = headers.getSetCookie()[0]?.split(';')[0] ?? ''
    await punctual.handler(new Request(back, { headers: { cookie } }))
  }
}

async function routeRows(service: Service, folder: string, sandbox: Sandbox): Promise<string[][]> {
  const punctual = createPunctual({
    baseUrl: 'http://localhost:3000',
    keys: [readFileSync(join(folder, '.punctual/key'), 'utf8').trim()],
    clients: [calendly({ ...sandbox.calendly, scopes: ['users:read'] })],
    store: sqlite(join(folder, '.punctual/punctual.db')),
    journal: null,
    currentOwner: () => owner,
  })
  await connectAccounts(punctual, sandbox)
  const path = `/v1/connections?owner=${encodeURIComponent(owner)}`
  const headers = { authorization: `Bearer ${service.key}` }
  const body = await (await fetch(service.url + path, { headers })).text()
  const ask = async () => void (await (await fetch(service.url + path, { headers })).arrayBuffer())
  const list = async () => void JSON.stringify(await punctual.connections.list({ owner }))
  const [overHttp, inProcess]: [number[], number[]] = [[], []]
  for (let round = -1; round < rounds; round++) {
    const before = cpuMs(service.process)
    for (let n = 0; n < requests; n++) await ask()
    const http = (cpuMs(service.process) - before) / requests
    const { user, system } = process.cpuUsage()
    for (let n = 0; n < requests; n++) await list()
    const after = process.cpuUsage({ user, system })
    if (round < 0) continue
    overHttp.push(http)
    inProcess.push((after.user + after.system) / 1000 / requests)
  }
  await punctual.stop()
  const overhead = median(overHttp.map((ms, round) => ms - (inProcess[round] ?? 0)))
  const bytes = Buffer.byteLength(body)
  return [
    [`a route with ${bytes} bytes of JSON`, '', `${digits(median(overHttp))} ms`],
    ['the same call in process', '', `${digits(median(inProcess))} ms`],
    ['the overhead of the route', '', `${digits(overhead)} ms`],
  ]
}

async function idleRow(service: Service): Promise<string[]> {
  const before = memoryMb(service.process)
  const sockets: Socket[] = []
  for (let n = 0; n < clients; n++) {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1')
    sockets.push(socket)
    socket.write(`GET /v1/connections HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${service.key}\r\n\r\n`)
    await once(socket, 'data')
  }
  const open = sockets.filter((socket) => socket.readyState === 'open').length
  const after = memoryMb(service.process)
  for (const socket of sockets) socket.destroy()
  return [
    `${open} idle clients that keep their connection`,
    `${digits(after - before)} MB beside ${digits(before)} MB`,
    '',
  ]
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await once(server.close(), 'close')
  return port
}

/** One row for each measurement: what, its median, its CPU time. */
export async function* measureService(): AsyncGenerator<readonly string[]> {
  const base = mkdtempSync(join(tmpdir(), 'punctual-service-'))
  const newFolder = () => mkdtempSync(join(base, 'folder-'))
  const sandbox = await createSandbox()
  try {
    yield* await startRows(sandbox, newFolder)
    const folder = newFolder()
    const service = await start(folder, sandbox)
    // Before anything else has filled the memory.
    yield await idleRow(service)
    yield* await routeRows(service, folder, sandbox)
    await stop(service)
  } finally {
    await sandbox.close()
    rmSync(base, { recursive: true, force: true })
  }
}
