// Looks a foreign name up in a record, where `constructor` and the like must not be found.

/** The record's own value of that name. */
export function ownProperty<Value>(record: Record<string, Value>, name: string | undefined): Value | undefined {
  return name !== undefined && Object.hasOwn(record, name) ? record[name] : undefined
}
