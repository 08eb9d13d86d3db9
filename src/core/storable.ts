// Text from outside that goes into a column. Not every database can hold NUL, and halves of characters are no text.

/** Characters of a text that is stored, at most, where its caller names no other limit. */
const longestText = 1000

/** The text without what a database cannot hold, cut to `longest` characters. */
export function storable(text: string, longest: number = longestText): string {
  return text.replaceAll('\0', '').slice(0, longest).toWellFormed()
}

/** Whether the text can be stored as it is. */
export function isStorable(text: string, longest: number = longestText): boolean {
  return text !== '' && text === storable(text, longest)
}
