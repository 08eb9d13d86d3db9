// `punctual events tail`: prints each event as it is written, until it is stopped. It looks once a second, reads no body and takes
// no event from the application.

import { setTimeout as sleep } from 'node:timers/promises'
import type { EventRecord } from '../../../outbox/admin.ts'
import type { Punctual } from '../../../punctual.ts'
import { typeText } from '../../operating/events.ts'
import { untilSignal } from '../../operating/until-signal.ts'
import { withPunctual } from '../../operating/with-punctual.ts'
import { jsonText, type Output } from '../../output/listing.ts'
import { shownText } from '../../output/shown-text.ts'
import { secondText } from '../../output/times.ts'
import type { Settings } from '../../settings/settings.ts'

export interface TailEvents {
  readonly owner?: string
  /** How many of those that are there already are printed first. */
  readonly lines: number
}

const pauseMs = 1000
const pageSize = 50

export async function tailEvents({ lines, ...options }: TailEvents, settings: Settings, output: Output): Promise<void> {
  const stop = untilSignal()
  await withPunctual(settings, 'reads', async ({ punctual }) => {
    const newest = createNewest(punctual, options)
    const before = await newest()
    for (const event of lines === 0 ? [] : before.slice(-lines)) print(event, output)
    if (!output.json) output.terminal.line(output.terminal.paint('dim', 'Waiting for events. Stop with Ctrl+C.'))
    while (!stop.aborted) {
      await sleep(pauseMs, undefined, { signal: stop }).catch(() => {})
      if (!stop.aborted) for (const event of await newest()) print(event, output)
    }
  })
}

/** Returns what was not returned before, oldest first. The first call returns one page. */
function createNewest({ events }: Punctual, options: Pick<TailEvents, 'owner'>): () => Promise<EventRecord[]> {
  let seen: ReadonlySet<string> | null = null
  return async () => {
    const fresh = new Map<string, EventRecord>()
    const looked = new Set<string>()
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await events.list({ ...options, cursor: cursor ?? null, limit: pageSize })
      for (const event of page.events) {
        looked.add(event.id)
        if (!seen?.has(event.id) && !fresh.has(event.id)) fresh.set(event.id, event)
      }
      const isKnown = seen === null || page.events.some(({ id }) => seen?.has(id))
      cursor = isKnown ? null : page.cursor
    }
    // An event of several destinations is listed again for each of them, as it is forwarded.
    seen = new Set([...looked, ...(seen ?? [])].slice(0, 5000))
    return [...fresh.values()].reverse()
  }
}

function print(event: EventRecord, { terminal, json }: Output): void {
  const { id, createdAt, connection, client } = event
  const line = `${secondText(createdAt)}  ${id}  ${typeText(event)}  ${connection ?? client}`
  terminal.line(json ? jsonText(event) : shownText(line))
}
