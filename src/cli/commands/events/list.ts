// `punctual events list`: the events of the outbox. Bodies stay sealed: no key is needed, and no personal data is printed.

import type { OutboxState } from '../../../core/store/outbox.ts'
import { eventColumns } from '../../operating/events.ts'
import { withPunctual } from '../../operating/with-punctual.ts'
import { createListing, type Output } from '../../output/listing.ts'
import { createProgress } from '../../output/progress.ts'
import type { Settings } from '../../settings/settings.ts'

export interface ListEvents {
  readonly dead?: boolean
  readonly state?: OutboxState | undefined
  readonly owner?: string | undefined
  /** `null`: all of them. */
  readonly limit: number | null
}

/** Without a state: those that were given up, and those that wait; newest first. */
export async function listEvents(request: ListEvents, settings: Settings, output: Output): Promise<void> {
  const { dead = false, owner, limit } = request
  const states: readonly OutboxState[] = dead ? ['dead'] : request.state ? [request.state] : ['dead', 'pending']
  await withPunctual(settings, 'reads', async ({ punctual }) => {
    const listing = createListing(eventColumns, output)
    const progress = createProgress()
    let left = limit ?? Number.POSITIVE_INFINITY
    let isMore = false
    let count = 0
    for (const state of states)
      for (let cursor: string | null | undefined; cursor !== null; ) {
        if (left === 0) {
          isMore = true
          break
        }
        const ofOwner = owner === undefined ? {} : { owner }
        const page = await punctual.events.list({
          state,
          cursor: cursor ?? null,
          limit: Math.min(left, 200),
          ...ofOwner,
        })
        for (const event of page.events) listing.add(event)
        left -= page.events.length
        count += page.events.length
        cursor = page.cursor
        progress.show(`${count} events`)
      }
    progress.end()
    listing.end(nothingOf(states))
    if (isMore && !output.json)
      output.terminal.line(output.terminal.paint('dim', 'There may be more: --all lists them.'))
  })
}

function nothingOf(states: readonly OutboxState[]): string {
  if (states.length > 1) return 'No event is waiting, and none was given up.'
  if (states[0] === 'dead') return 'No event was given up.'
  return states[0] === 'pending' ? 'No event is waiting.' : 'No acknowledged event is kept.'
}
