// What the commands print: plain lines, with colours on a terminal unless NO_COLOR is set.

import type { Writable } from 'node:stream'
import { styleText } from 'node:util'

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan'

export interface Terminal {
  line(text?: string): void
  paint(style: Style, text: string): string
}

/** Prints to that stream. */
export function createTerminal(stream: Writable): Terminal {
  return {
    line(text = '') {
      stream.write(`${text}\n`)
    },
    paint: (style, text) => styleText(style, text, { stream }),
  }
}
