// Where an application with a bare OAuth client keeps its tokens: one table, plain text, WAL and synchronous=NORMAL.

import { DatabaseSync } from 'node:sqlite'

export interface PlainTable {
  insert(tokens: unknown): void
  close(): Promise<void>
}

export function plainTable(folder: string): PlainTable {
  const database = new DatabaseSync(`${folder}/tokens.db`)
  database.exec('pragma journal_mode = wal; pragma synchronous = normal')
  database.exec('create table tokens (id integer primary key, tokens text not null)')
  const insert = database.prepare('insert into tokens (tokens) values (?)')
  return {
    insert: (tokens) => void insert.run(JSON.stringify(tokens)),
    close: async () => database.close(),
  }
}
