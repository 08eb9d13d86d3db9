// `punctual events show <id>`: one event with its body, which holds personal data of the provider's customers.

import type { EventDispatch } from '../../../core/operator.ts'
import type { EventRecord } from '../../../outbox/admin.ts'
import { typeText } from '../../operating/events.ts'
import { withPunctual } from '../../operating/with-punctual.ts'
import { jsonText, type Output, printOne } from '../../output/listing.ts'
import { timeText } from '../../output/times.ts'
import type { Settings } from '../../settings/settings.ts'

export interface NamedEvent {
  readonly id: string
  readonly owner?: string
  readonly destination?: string
}

export async function showEvent({ id, ...options }: NamedEvent, settings: Settings, output: Output): Promise<void> {
  await withPunctual(settings, 'reads', async ({ punctual }) => {
    const event = await punctual.events.get(id, options)
    const { state, connection, owner, client, destination, attempts, error, createdAt, dueAt, body } = event
    const request = { destination, limit: 100 }
    const { items: dispatches } = await punctual.operator.dispatches(event.id, request)
    printOne(
      { ...event, dispatches },
      [
        ['id', event.id],
        ['what', typeText(event)],
        ['state', state],
        ['written', timeText(createdAt)],
        ['connection', connection ?? 'none'],
        ['owner', owner ?? 'none'],
        ['client', client],
        ...(destination === '' ? [] : [['to', destination] as const]),
        ['dispatched', attempts === 1 ? 'once' : `${attempts} times`],
        ...dispatches.map((dispatch) => [`dispatch ${dispatch.attempt}`, dispatchText(dispatch)] as const),
        ['error', error ?? 'none'],
        ['next dispatch', timeText(dueAt, 'none is due')],
        ['body', body === null ? bodyless(state, event.name) : ''],
      ],
      output,
    )
    if (!output.json && body !== null) output.terminal.line(jsonText(body, 2))
  })
}

function dispatchText({ at, outcome, error, durationMs }: EventDispatch): string {
  return `${timeText(at)}: ${outcome} after ${durationMs} ms${error === null ? '' : `, ${error}`}`
}

function bodyless(state: EventRecord['state'], name: string | null): string {
  if (name === null) return 'none: it reports a change of Punctual itself'
  return state === 'done' ? 'deleted when it was acknowledged' : 'none'
}
