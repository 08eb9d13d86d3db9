// What a file of the journal tells whoever may open it: which sealed set it holds, and of which database.

export interface JournalText {
  readonly store: string | null
  readonly renewal: { readonly grant: string; readonly generation: number; readonly tokens: string } | null
  readonly answer: { readonly attempt: string; readonly answer: string } | null
}

/** `null`: it is no entry. */
export function readJournalText(text: string): JournalText | null {
  try {
    const { store = null, renewal = null, answer = null } = JSON.parse(text) as Partial<JournalText>
    return { store, renewal, answer }
  } catch {
    return null
  }
}
