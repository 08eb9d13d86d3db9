// Text from outside that goes into a column. Not every database can hold NUL, and halves of characters are no text.

/** The text without what a database cannot hold, cut to `longest` characters. */
export function storable(text: string, longest: number = 1000): string {
  return text.replaceAll('\0', '').slice(0, longest).toWellFormed()
}

/** Whether the text can be stored as it is. */
export function isStorable(text: string, longest: number = 1000): boolean {
  return text !== '' && text === storable(text, longest)
}
