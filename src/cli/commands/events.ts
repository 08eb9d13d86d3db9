// `punctual events`: lists the events in the outbox of the configured database, and dispatches again those that were given up.
// Bodies stay sealed: no key is needed, and no personal data is printed.

import { existsSync } from 'node:fs'

import { systemClock } from '../../core/clock.ts'
import type { OutboxRow, OutboxStore } from '../../core/store/outbox.ts'
import { CliError } from '../output/cli-error.ts'
import type { Terminal } from '../output/terminal.ts'
import { isPostgres, storeOf } from '../settings/database.ts'
import type { Settings } from '../settings/settings.ts'

type Where = Pick<Settings, 'database'>

const page = 200

/** Prints the events that are not acknowledged, or with `dead` only those that were given up, newest first. */
export async function listEvents(
  { dead = false }: { dead?: boolean },
  where: Where,
  terminal: Terminal,
): Promise<void> {
  await withOutbox(where, async (outbox) => {
    let found = 0
    for (const state of dead ? (['dead'] as const) : (['dead', 'pending'] as const)) {
      for await (const row of all(outbox, state)) {
        found++
        terminal.line(lineOf(row, terminal))
      }
    }
    if (found === 0) terminal.line(dead ? 'No event was given up.' : 'No event is waiting, and none was given up.')
  })
}

/** Makes one dead event, for each destination for which it is dead, or all of them, due again. A running Punctual dispatches them within seconds. */
export async function replayEvents(
  { id, all: every }: { id: string | undefined; all: boolean },
  where: Where,
  terminal: Terminal,
): Promise<void> {
  if ((id === undefined) !== every)
    throw new CliError('Give the id of one event, or --all: punctual events --dead lists the ids.', 2)
  await withOutbox(where, async (outbox) => {
    const rows = id === undefined ? [] : await outbox.of(id)
    let count = 0
    for (const row of rows) if (await outbox.replay(row.id)) count++
    if (id !== undefined && count === 0)
      throw new CliError(
        rows[0]
          ? `The event ${id} is ${rows[0].state}; only a dead event can be replayed.`
          : `There is no event ${id}: punctual events --dead lists the events that were given up.`,
      )
    if (every) for await (const row of all(outbox, 'dead')) if (await outbox.replay(row.id)) count++
    terminal.line(`${count} ${count === 1 ? 'event is' : 'events are'} dispatched again while Punctual runs.`)
  })
}

async function withOutbox(where: Where, task: (outbox: OutboxStore) => Promise<void>): Promise<void> {
  if (!isPostgres(where.database) && !existsSync(where.database))
    throw new CliError(`There is no database ${where.database}: set PUNCTUAL_DATABASE, or start Punctual first.`)
  const store = await storeOf(where.database)
  try {
    await store.open(systemClock)
    await task(store.outbox)
  } finally {
    await store.close()
  }
}

async function* all(outbox: OutboxStore, state: 'dead' | 'pending'): AsyncGenerator<OutboxRow> {
  for (let before: string | undefined; ; ) {
    const rows = await outbox.list({ state, before, limit: page })
    yield* rows
    before = rows.at(-1)?.id
    if (rows.length < page) return
  }
}

function lineOf(row: OutboxRow, terminal: Terminal): string {
  const { event, destination, state, type, connection, client, dispatches: attempts, error, createdAt } = row
  const what = typeof row.data.name === 'string' ? `${type} (${row.data.name})` : type
  const to = destination === '' ? '' : ` to ${destination}`
  const tries = attempts === 0 ? '' : `, dispatched ${attempts === 1 ? 'once' : `${attempts} times`}`
  const why = error === null ? '' : `: ${error}`
  const word = terminal.paint(state === 'dead' ? 'red' : 'dim', state)
  return `${event}  ${new Date(createdAt).toISOString()}  ${word}  ${what} of ${connection ?? client}${to}${tries}${why}`
}
