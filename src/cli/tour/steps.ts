// What the steps of the tour have in common.

import type { Client } from '../../core/provider.ts'
import type { Punctual } from '../../punctual.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { CliError } from '../output/cli-error.ts'
import type { Call, Recorder } from './recorder.ts'
import type { Story } from './story.ts'

export interface Journey {
  readonly punctual: Punctual
  readonly sandbox: Sandbox
  readonly recorder: Recorder
  readonly story: Story
  readonly client: Client
  readonly provider: 'calendly' | 'calcom'
  /** The sandbox's name for the person who consents. */
  readonly person: string
}

export function showCalls({ recorder, story }: Journey): void {
  for (const one of recorder.take()) story.call(one)
}

export function expect(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new CliError(`Unexpected: ${sentence}.`)
}

export function withoutFields(call: Call): Call {
  return { ...call, sent: [], answered: [] }
}

export function code(text: string): string {
  return `your app   ${text}`
}
