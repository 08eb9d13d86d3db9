// This machine's clock: against the database's, against what was stored, and against the Date header of the providers.

import type { Check, Place } from './check.ts'
import { type Finding, ok, spanOf, together, unknown, wrong } from './finding.ts'

/** A clock that is this far off expires tokens too early or too late, and refuses webhooks. */
const mostMs = 60_000

export function clockCheck({
  database,
  now,
  clients,
  tokenReply,
}: Pick<Place, 'database' | 'now' | 'clients' | 'tokenReply'>): Check {
  return {
    id: 'clock',
    async run() {
      const found = (await Promise.all([againstDatabase(), ...clients.map(againstProvider)])).filter(
        (finding) => finding !== null,
      )
      return together(
        found,
        unknown(
          'there is nothing to compare it with: no provider answered, and the database has no clock of its own.',
          'Compare it with another clock, or run: timedatectl',
        ),
      )
    },
  }

  async function againstDatabase(): Promise<Finding | null> {
    const looked = await database.look()
    if (looked.kind !== 'open') return null
    const { inspection } = looked
    const before = now()
    const theirs = await inspection.now()
    if (theirs !== null) return judge(theirs - (before + now()) / 2, 'the clock of the database')
    const schema = await inspection.schema()
    if (schema.kind !== 'ours' || schema.missing.length > 0) return null
    const newest = await inspection.newestTime()
    if (newest === null || newest - now() <= mostMs) return null
    return wrong(
      `The database holds a time that lies ${spanOf(newest - now())} ahead of this machine's clock: the clock is behind, or was ahead when that was stored.`,
      remedy,
    )
  }

  async function againstProvider(client: Place['clients'][number]): Promise<Finding | null> {
    const reply = await tokenReply(client)
    return reply?.aheadMs == null ? null : judge(reply.aheadMs, `the clock of ${client.title}`)
  }
}

const remedy = "Set this machine's clock by NTP (timedatectl set-ntp true); a container has the clock of its host."

function judge(aheadMs: number, whose: string): Finding {
  const away = Math.abs(aheadMs)
  if (away <= mostMs)
    return ok(away < 2000 ? `It agrees with ${whose}.` : `It differs from ${whose} by ${spanOf(away)}.`)
  return wrong(`This machine's clock is ${spanOf(away)} ${aheadMs > 0 ? 'behind' : 'ahead of'} ${whose}.`, remedy)
}
