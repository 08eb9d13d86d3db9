// What a handler was handed and what it has acknowledged, noted in a file that outlives its process: one line each, in
// the order in which it happened, from several processes at once.

import { openSync, readFileSync, writeSync } from 'node:fs'

import type { DeliveryHandler } from '../../src/index.ts'

export interface Note {
  readonly what: 'handed' | 'acknowledged'
  readonly id: string
  /** What the provider calls it, and the thing it is about. */
  readonly name: string
  readonly about: string
}

/** Notes each event, then acknowledges it and notes that; now and then it fails instead, or takes its time. */
export function notingHandler(path: string, failing = 0.05): DeliveryHandler {
  const file = openSync(path, 'as')
  const note = (line: Note) => writeSync(file, `${JSON.stringify(line)}\n`)
  return async (event, { acknowledge }) => {
    if (event.type !== 'webhook.received') return
    const about = aboutOf(event.body)
    const { id, name } = event
    note({ what: 'handed', id, name, about })
    if (Math.random() < failing) throw new Error('not now')
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 40))
    await acknowledge()
    note({ what: 'acknowledged', id, name, about })
    // What a handler does after its acknowledgement is its own affair.
    if (Math.random() < failing) throw new Error('after all')
  }
}

/** The invitee that a delivery is about. */
export function aboutOf(body: unknown): string {
  return (body as { payload: { uri: string } }).payload.uri
}

export function readNotes(path: string): Note[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Note)
}
