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

const colour = String.fromCharCode(27)
/** What a terminal obeys, but for line breaks, tabs and colours. Texts of strangers go through `shownText`; this is the net below. */
const obeyed = new RegExp(`(?!${colour}\\[\\d{1,3}m|[\\n\\t])\\p{Cc}`, 'gu')

/** Prints to that stream. */
export function createTerminal(stream: Screen): Terminal {
  return {
    get width() {
      return stream.isTTY ? (stream.columns ?? null) : null
    },
    line(text = '') {
      stream.write(`${text.replace(obeyed, '�')}\n`)
    },
    paint: (style, text) => styleText(style, text, { stream }),
  }
}
