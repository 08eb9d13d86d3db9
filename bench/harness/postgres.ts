// A Postgres for the bench: the server of the tests, with what it acknowledges on the disk.

import { type PostgresServer, startPostgres } from '../../test/postgres/server.ts'

export function startBenchPostgres(): Promise<PostgresServer> {
  return startPostgres(['-c', 'fsync=on', '-c', 'shared_buffers=1GB'])
}
