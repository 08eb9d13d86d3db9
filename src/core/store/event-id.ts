// The id of an event: when it was written, and its number in this database. The time distinguishes it from an event of
// a database that this one has replaced, which may have had the same number.

/** `serial`: the engine's number, in decimal digits. */
export function eventId(createdAt: number, serial: string): string {
  return `evt_${createdAt.toString(36)}_${BigInt(serial).toString(36)}`
}

/** Returns `null` for a text that cannot be an event's id. */
export function parseEventId(id: string): { readonly createdAt: number; readonly serial: string } | null {
  const [, time, number] = /^evt_([0-9a-z]{1,10})_([0-9a-z]{1,13})$/.exec(id) ?? []
  if (time === undefined || number === undefined) return null
  let serial = 0n
  for (const digit of number) serial = serial * 36n + BigInt(Number.parseInt(digit, 36))
  return serial > greatest ? null : { createdAt: Number.parseInt(time, 36), serial: String(serial) }
}

/**
 * The id by which the host application knows an event: that of the change that it reports, if its `key` is one, and
 * else that of its row.
 */
export function publicEventId({ id, key }: { readonly id: string; readonly key: string | null }): string {
  return key !== null && isChangeId(key) ? key : id
}

/** Whether the text is the id of a change, which is the same however often the provider reports that change. */
export function isChangeId(id: string): boolean {
  return /^chg_[\w-]{1,64}$/.test(id)
}

const greatest = 2n ** 63n - 1n
