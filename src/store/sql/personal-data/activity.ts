// The lines of the activity log that are about one owner. What they say is JSON, so every line of a kind is looked at, a few
// hundred at a time: there are as many as the log keeps.

import type { LogKind } from '../../../core/store/activity-log.ts'
import { erasedSubject, isAbout, type PersonalRow } from '../../../core/store/personal-data.ts'
import { deleteNumbered } from '../engine/delete-numbered.ts'
import type { Engine } from '../engine/engine.ts'
import { objectOf } from '../engine/json.ts'

export interface ReachedRows {
  count(owner: string): Promise<number>
  read(owner: string, from: number, limit: number): Promise<PersonalRow[]>
  erase(owner: string, limit: number): Promise<number>
}

interface Line {
  readonly seq: number
  readonly at: number
  readonly kind: LogKind
  readonly client: string | null
  readonly data: Readonly<Record<string, unknown>>
}

/** Those of a dispatch name only an event. */
const kinds = ['refusal', 'attempt', 'audit'] as const
const pageRows = 500

export function activityOf({ db }: Engine): ReachedRows {
  async function linesOf(owner: string): Promise<Line[]> {
    const rows = await db.selectFrom('connections').select('id').where('owner', '=', owner).execute()
    const connections = new Set(rows.map(({ id }) => id))
    const found: Line[] = []
    for (const kind of kinds)
      for (let last = 0, page: Line[] = []; ; last = page.at(-1)?.seq ?? 0) {
        page = await pageOf(kind, last)
        found.push(...page.filter(({ data }) => isAbout(data, owner, connections)))
        if (page.length < pageRows) break
      }
    return found
  }

  async function pageOf(kind: LogKind, last: number): Promise<Line[]> {
    const rows = await db
      .selectFrom('activity_log')
      .select(['seq', 'at', 'kind', 'client', 'data'])
      .where('kind', '=', kind)
      .where('seq', '>', last)
      .orderBy('seq')
      .limit(pageRows)
      .execute()
    return rows.map(({ data, ...row }) => ({ ...row, data: objectOf<Record<string, unknown>>(data) }))
  }

  return {
    count: async (owner) => (await linesOf(owner)).length,
    async read(owner, from, limit) {
      const lines = (await linesOf(owner)).sort((a, b) => a.seq - b.seq)
      return lines.slice(from, from + limit).map(({ seq: _, ...line }) => line)
    },
    async erase(owner, limit) {
      const lines = (await linesOf(owner)).slice(0, limit)
      await deleteNumbered(
        db,
        'activity_log',
        lines.filter(({ kind }) => kind !== 'audit'),
      )
      for (const { seq, kind, data } of lines)
        if (kind === 'audit')
          await db
            .updateTable('activity_log')
            .set({ data: JSON.stringify({ ...data, subject: erasedSubject }) as never })
            .where('seq', '=', seq)
            .execute()
      return lines.length
    },
  }
}
