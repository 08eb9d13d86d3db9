// A webhook about a booking leaves two events: itself, and the booking event in the model's words. A person wants one row.

export interface Foldable {
  readonly id: string
  readonly destination: string
  readonly type: string
  readonly name: string | null
  readonly state: string
  readonly connection: string | null
  readonly createdAt: Date
}

/**
 * Returns the events without each acknowledged webhook whose booking event is among them: that one gets its name as
 * `toldBy`. A webhook that is not acknowledged keeps its row.
 */
export function foldWebhooks<Event extends Foldable>(
  events: readonly Event[],
): readonly (Event & { readonly toldBy: string | null })[] {
  const folded = new Set<Foldable>()
  const pairs = events.map((event) => {
    const webhook = event.type.startsWith('booking.')
      ? events.find((one) => isWebhookOf(one, event, folded))
      : undefined
    if (webhook) folded.add(webhook)
    return { event, toldBy: webhook?.name ?? null }
  })
  return pairs.filter(({ event }) => !folded.has(event)).map(({ event, toldBy }) => ({ ...event, toldBy }))
}

/** What is written in one transaction has moments that are at most so far apart. */
const togetherMs = 1000

/** Both are for one destination and were written together, with the provider's word for the webhook. */
function isWebhookOf(
  one: Foldable,
  { destination, name, connection, createdAt }: Foldable,
  folded: ReadonlySet<Foldable>,
): boolean {
  if (one.type !== 'webhook.received' || one.state !== 'done' || folded.has(one)) return false
  if (one.destination !== destination) return false
  return one.name === name && one.connection === connection && areTogether(one.createdAt, createdAt)
}

function areTogether(one: Date, other: Date): boolean {
  return Math.abs(one.getTime() - other.getTime()) < togetherMs
}
