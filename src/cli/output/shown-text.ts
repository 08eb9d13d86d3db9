// A text that comes from elsewhere, such as the name of an account, as a terminal may show it: on one line, and without signs
// that move the cursor, change colours or turn the direction of writing.

/** What a terminal does not show as a sign of its own; line breaks and tabs too. Words and emoji need the two joiners. */
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Co}]|(?![\u200c\u200d])\p{Cf}/gu

export function shownText(text: string): string {
  return text.replace(unseen, (sign) => (/\s/.test(sign) ? ' ' : '�'))
}

const segments = new Intl.Segmenter()
const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u

/** How many columns of a terminal the text takes. */
export function columnsOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let columns = 0
  for (const { segment } of segments.segment(text)) columns += wide.test(segment) ? 2 : 1
  return columns
}

/** Returns the text in at most so many columns; what is cut ends with `…`. */
export function cutTo(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text
  let [kept, used] = ['', 1]
  for (const { segment } of segments.segment(text)) {
    used += columnsOf(segment)
    if (used > columns) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}
