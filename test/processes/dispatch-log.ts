// The log of a handler, in a file that outlives its process: the events that were dispatched to it and those that it has
// acknowledged, one line each, in order, from several processes at once.

import { openSync, readFileSync, writeSync } from 'node:fs'

import type { DeliveredEvent, DeliveryHandler } from '../../src/index.ts'

export interface LogEntry {
  readonly what: 'dispatched' | 'acknowledged'
  readonly id: string
  /** The provider's name for a webhook, or the type of a booking event; and the resource that it is about. */
  readonly name: string
  readonly about: string
}

/** Logs each event, then acknowledges it and logs that; sometimes it fails instead, or takes its time. */
export function loggingHandler(path: string, failing = 0.05): DeliveryHandler {
  const file = openSync(path, 'as')
  const note = (line: LogEntry) => writeSync(file, `${JSON.stringify(line)}\n`)
  return async (event, { acknowledge }) => {
    const said = subjectOf(event)
    if (!said) return
    const { id } = event
    const { name, about } = said
    note({ what: 'dispatched', id, name, about })
    if (Math.random() < failing) throw new Error('not now')
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 40))
    await acknowledge()
    note({ what: 'acknowledged', id, name, about })
    // What a handler does after its acknowledgement has no effect.
    if (Math.random() < failing) throw new Error('after all')
  }
}

function subjectOf(event: DeliveredEvent): Pick<LogEntry, 'name' | 'about'> | null {
  if (event.type === 'webhook.received') return { name: event.name, about: aboutOf(event.body) }
  return 'booking' in event ? { name: event.type, about: event.booking.id } : null
}

/** The invitee that a delivery is about. */
export function aboutOf(body: unknown): string {
  return (body as { payload: { uri: string } }).payload.uri
}

export function readLog(path: string): LogEntry[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as LogEntry)
}
