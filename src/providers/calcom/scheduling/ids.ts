// Ids as Cal.com writes them: an event type's number, a booking's uid.

const numbers = 'a number such as "1234"'
const uids = 'a uid: letters, digits, "-" and "_"'

/** What is wrong with an id, as the end of a sentence; `null` if it can be one of Cal.com's. */
export function idProblem(kind: 'event_type' | 'booking', id: string): string | null {
  const must = kind === 'booking' ? uids : numbers
  if (/^https?:/i.test(id)) return `is an address, and so an id of another provider. At Cal.com it is ${must}`
  if (kind === 'event_type') return isNumber(id) ? null : `must be ${must}`
  if (/^\d+$/.test(id)) return `is a booking's number. Give ${must}`
  return /^[\w-]{1,255}$/.test(id) ? null : `must be ${must}`
}

function isNumber(id: string): boolean {
  return /^[1-9]\d{0,15}$/.test(id) && Number.isSafeInteger(Number(id))
}
