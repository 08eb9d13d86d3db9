// What an explanation is. None repeats anything of the text that it explains but words of our own tables: the text may hold
// a code, a state or a token.

export interface Explanation {
  readonly message: string
  readonly fix: string | null
}

/** A text, taken apart once. */
export interface Given {
  readonly text: string
  /** The JSON object in it; `null`: the text has none. */
  readonly json: Readonly<Record<string, unknown>> | null
}

export type Explain = (given: Given) => Explanation | null

export function explained(message: string, fix: string | null): Explanation {
  return { message, fix }
}

/** Markdown as plain text. */
export function plain(markdown: string): string {
  return markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll('**', '')
    .replaceAll('`', '')
}
