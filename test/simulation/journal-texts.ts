// Reads what a journal file says in the clear: which sealed set it holds, and of which database.

export interface JournalText {
  readonly store: string | null
  readonly renewal: { readonly grant: string; readonly generation: number; readonly tokens: string } | null
  readonly answer: { readonly attempt: string; readonly answer: string } | null
}

/** Returns `null` where the text is not a journal entry. */
export function readJournalText(text: string): JournalText | null {
  try {
    const { store = null, renewal = null, answer = null } = JSON.parse(text) as Partial<JournalText>
    return { store, renewal, answer }
  } catch {
    return null
  }
}
