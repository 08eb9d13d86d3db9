// Prints the journey: numbered steps, the messages between the parties, and the results.

import type { Terminal } from '../output/terminal.ts'
import type { Call, Field } from './recorder.ts'

export interface Story {
  chapter(title: string): void
  step(title: string): void
  /** A remark. */
  say(text: string): void
  /** A message and its fields: `punctual → POST …`. */
  message(from: string, arrow: '→' | '←', what: string, fields: readonly Field[]): void
  call(call: Call): void
  /** A result. */
  done(text: string): void
}

export function createStory({ line, paint }: Terminal): Story {
  let steps = 0
  const story: Story = {
    chapter(title) {
      steps = 0
      line()
      line(paint('bold', `━━ ${title} ${'━'.repeat(Math.max(0, 72 - title.length))}`))
    },
    step(title) {
      steps += 1
      line()
      line(`${paint('cyan', String(steps))} ${paint('bold', title)}`)
    },
    say: (text) => line(`  ${text}`),
    message(from, arrow, what, fields) {
      line(`  ${paint('dim', `${from.padEnd(8)} ${arrow}`)} ${what}`)
      const width = Math.max(0, ...fields.map(([name]) => name.length))
      for (const [name, shown] of fields) {
        line(`             ${paint('dim', name.padEnd(width))}  ${shortened(shown)}`)
      }
    },
    call(call) {
      story.message('punctual', '→', `${call.method} ${call.url}`, call.sent)
      const status = paint(call.status < 400 ? 'green' : 'yellow', String(call.status))
      story.message('punctual', '←', status, call.answered)
    },
    done: (text) => line(`  ${paint('green', '✔')} ${text}`),
  }
  return story
}

function shortened(text: string): string {
  return text.length > 96 ? `${text.slice(0, 95)}…` : text
}
