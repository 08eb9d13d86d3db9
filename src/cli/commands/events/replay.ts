// `punctual events replay`: dispatches again what was given up: one event, those since a time, or all.

import { PunctualError } from '../../../core/errors.ts'
import type { Punctual } from '../../../punctual.ts'
import { audited } from '../../operating/audited.ts'
import { withPunctual } from '../../operating/with-punctual.ts'
import { CliError } from '../../output/cli-error.ts'
import { jsonText, type Output } from '../../output/listing.ts'
import { createProgress } from '../../output/progress.ts'
import { readSince } from '../../output/times.ts'
import type { Settings } from '../../settings/settings.ts'

export interface ReplayEvents {
  readonly id?: string | undefined
  readonly all?: boolean
  /** How long ago, or a date. */
  readonly since?: string | undefined
  readonly owner?: string
  readonly destination?: string
}

/** A running Punctual dispatches them within seconds. */
export async function replayEvents(request: ReplayEvents, settings: Settings, output: Output): Promise<void> {
  const { id, all = false, since, ...options } = request
  if ([id !== undefined, all, since !== undefined].filter(Boolean).length !== 1)
    throw new CliError('Give the id of one event, --since or --all: punctual events --dead lists the ids.', 2)
  const from = since === undefined ? new Date(0) : readSince(since, '--since', Date.now())
  await withPunctual(settings, 'reads', async ({ punctual }) => {
    const deed = {
      action: 'event_replay',
      subject: id ?? `since ${from.toISOString()}`,
      outcomeOf: (count: number) => `ok: ${count}`,
    }
    const replayed = await audited(punctual.operator, deed, () =>
      id === undefined ? replayAll(punctual, from, options) : replayOne(punctual, id, options),
    )
    const { terminal, json } = output
    if (json) return terminal.line(jsonText({ replayed }, 2))
    if (replayed === 0) terminal.line('No event that was given up was found.')
    else
      terminal.line(`${replayed} ${replayed === 1 ? 'event is' : 'events are'} dispatched again while Punctual runs.`)
  })
}

type Options = Pick<ReplayEvents, 'owner' | 'destination'>

async function replayOne({ events }: Punctual, id: string, options: Options): Promise<number> {
  try {
    await events.replay(id, options)
    return 1
  } catch (error) {
    if (error instanceof PunctualError && error.code === 'event_not_found')
      throw new CliError(
        `There is no event ${id}: punctual events --dead lists the events that were given up.`,
        1,
        error,
      )
    throw error
  }
}

/** A call takes up some; what it took up is not dead any more. */
async function replayAll({ events }: Punctual, since: Date, options: Options): Promise<number> {
  const progress = createProgress()
  for (let count = 0; ; ) {
    const { replayed, isMore } = await events.replay({ since, ...options })
    count += replayed
    progress.show(`${count} events`)
    if (isMore && replayed > 0) continue
    progress.end()
    return count
  }
}
