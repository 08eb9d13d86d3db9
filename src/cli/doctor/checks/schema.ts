// Whether the database has the schema of this version, and is still the one to use.

import type { Inspection } from '../../../store/sql/inspection.ts'
import type { Check, Place } from './check.ts'
import { counted, type Finding, ok, unknown, wrong } from './finding.ts'

export function schemaCheck({ database }: Pick<Place, 'database'>): Check {
  return {
    id: 'schema',
    async run() {
      const looked = await database.look()
      if (looked.kind === 'absent') return ok('There is no database yet. The first start makes its schema.')
      if (looked.kind === 'closed') return unknown('the database cannot be opened (see store).')
      return judge(looked.inspection)
    },
  }
}

async function judge({ where, schema, tables }: Inspection): Promise<Finding> {
  const state = await schema()
  if (state.kind === 'empty') return ok(`${where} is empty. The first start makes the schema.`)
  if (state.kind === 'foreign')
    return wrong(
      `${where} holds the tables of another program, not those of Punctual.`,
      'Set PUNCTUAL_DATABASE to a database, or a path, of its own.',
    )
  if (state.unknown.length > 0)
    return wrong(
      `${where} was written by a newer version of Punctual: this one does not know ${state.unknown.join(', ')}.`,
      'Start that version, or use the database that belongs to this one. A schema cannot be taken back; restore a backup for an older version.',
    )
  if (state.missing.length > 0)
    return wrong(
      `The schema of ${where} is older than this version: it lacks ${counted(state.missing.length, 'step')}, ${state.missing.join(', ')}.`,
      'Make a backup, then run: punctual migrate. The next start of the service does the same.',
    )
  try {
    await tables.check()
  } catch (error) {
    const { reason, message } = error as { reason?: string; message: string }
    return wrong(
      message,
      reason === 'moved'
        ? 'Set PUNCTUAL_DATABASE to the new database.'
        : reason === 'held'
          ? 'Wait until punctual migrate has ended.'
          : 'Undo what was changed in the schema by hand, or restore a backup.',
    )
  }
  return ok('The schema is that of this version.')
}
