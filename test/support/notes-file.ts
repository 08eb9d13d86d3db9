// A SQLite file with one table, `notes`, and one row, opened as the SQLite store opens its own.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TestContext } from 'node:test'
import { systemClock } from '../../src/core/clock.ts'
import { type SqliteDatabase, sqliteDatabase } from '../../src/store/sqlite/database.ts'
import { closeFile, openFile } from '../../src/store/sqlite/file.ts'

export interface Notes {
  notes: { id: number; text: string }
}

export interface NotesFile extends SqliteDatabase<Notes> {
  readonly file: string
  /** The handle that writes. */
  readonly writer: DatabaseSync
  /** The texts as a process sees them that has just opened the file. */
  stored(): unknown[]
  /** Another database on the same handles, whose waiting is `sleep`. Its time stands still, unless `now` says it. */
  patient(sleep: (ms: number) => Promise<void>, now?: () => number): SqliteDatabase<Notes>
}

export async function openNotes(t: TestContext): Promise<NotesFile> {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  const file = join(folder, 'x.db')
  const handles = await openFile(file)
  t.after(() => {
    closeFile(handles)
    rmSync(folder, { recursive: true })
  })
  const writer = handles.writer.database
  writer.exec("create table notes (id integer primary key, text text); insert into notes values (1, 'one')")
  const patient: NotesFile['patient'] = (sleep, now = () => 0) => sqliteDatabase(file, () => handles, { now, sleep })
  return {
    ...patient(systemClock.sleep),
    file,
    writer,
    patient,
    stored() {
      const other = new DatabaseSync(file)
      const rows = other.prepare('select text from notes order by id').all()
      other.close()
      return rows.map(({ text }) => text)
    },
  }
}

/** Another process's handle on the file, which can lock it. */
export function otherHandle(t: TestContext, file: string): DatabaseSync {
  const other = new DatabaseSync(file)
  t.after(() => other.close())
  return other
}
