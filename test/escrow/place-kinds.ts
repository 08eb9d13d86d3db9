// Every kind of place in which an escrow can be: a folder, a SQLite file, a Postgres database. Those in Postgres share the
// server of their test file.

import { mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { escrowOf } from '../../src/cli/settings/escrow.ts'
import type { EscrowPlace } from '../../src/core/escrow-place.ts'
import { type PostgresServer, startPostgres } from '../postgres/server.ts'

type Test = { after(end: () => unknown): void }

export interface StartedPlace {
  /** Its name in the settings. */
  readonly setting: string
  /** Another user of the same place, as another process is. */
  open(): Promise<EscrowPlace>
  away(): Promise<void>
  back(): Promise<void>
}

export type PlaceKind = 'folder' | 'sqlite' | 'postgres'

const kinds: Readonly<
  Record<PlaceKind, (t: Test) => Omit<StartedPlace, 'open'> | Promise<Omit<StartedPlace, 'open'>>>
> = {
  folder(t: Test) {
    const path = join(emptyFolder(t), 'escrow')
    return {
      setting: path,
      async away() {
        renameSync(path, `${path}.away`)
        writeFileSync(path, '')
      },
      async back() {
        rmSync(path)
        renameSync(`${path}.away`, path)
      },
    }
  },
  sqlite(t: Test) {
    const path = join(emptyFolder(t), 'escrow.db')
    return {
      setting: `sqlite:${path}`,
      async away() {
        renameSync(path, `${path}.away`)
        mkdirSync(path)
      },
      async back() {
        rmdirSync(path)
        renameSync(`${path}.away`, path)
      },
    }
  },
  async postgres() {
    const { run, url } = await serverOfPlaces()
    const name = `escrow_${++databases}`
    await run(`create database ${name}`)
    const setting = new URL(url)
    setting.pathname = name
    return {
      setting: setting.href,
      async away() {
        await run(`alter database ${name} allow_connections false`)
        await run(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)
      },
      back: async () => void (await run(`alter database ${name} allow_connections true`)),
    }
  },
}

export const placeKinds: readonly PlaceKind[] = ['folder', 'sqlite', 'postgres']

/** Starts an empty one. */
export async function startPlace(t: Test, kind: PlaceKind): Promise<StartedPlace> {
  const started = await kinds[kind](t)
  return {
    ...started,
    async open() {
      const place = await escrowOf(started.setting)
      t.after(() => place.close?.())
      return place
    },
  }
}

function emptyFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

let server: Promise<PostgresServer> | null = null
let databases = 0
after(async () => (await server)?.end())

export function serverOfPlaces(): Promise<PostgresServer> {
  server ??= startPostgres()
  return server
}
