// What the commands print: plain lines, with colours on a terminal unless NO_COLOR is set.

import type { Writable } from 'node:stream'
import { styleText } from 'node:util'

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan'

export interface Terminal {
  /** Columns; `null`: it is not a terminal, and nothing is cut. */
  readonly width: number | null
  line(text?: string): void
  paint(style: Style, text: string): string
}

type Screen = Writable & { readonly isTTY?: boolean; readonly columns?: number }

/** Prints to that stream. */
export function createTerminal(stream: Screen): Terminal {
  return {
    get width() {
      return stream.isTTY ? (stream.columns ?? null) : null
    },
    line(text = '') {
      stream.write(`${text}\n`)
    },
    paint: (style, text) => styleText(style, text, { stream }),
  }
}
