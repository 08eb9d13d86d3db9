// Finds a route in a table of `METHOD /path/:name` rows.

/** The part of a route that is matched. */
export interface RouteKey {
  method: string
  path: string
}

/** The row that answers the method and path, with the values of its `:names`; null when there is none. */
export function findRoute<Row extends RouteKey>(
  table: readonly Row[],
  method: string,
  path: string,
): { row: Row; params: Record<string, string> } | null {
  const given = path.split('/')
  for (const row of table) {
    if (row.method !== method) continue
    const wanted = row.path.split('/')
    if (wanted.length !== given.length) continue
    const params: Record<string, string> = {}
    if (wanted.every((part, at) => matches(part, given[at] ?? '', params))) return { row, params }
  }
  return null
}

function matches(part: string, value: string, params: Record<string, string>): boolean {
  if (!part.startsWith(':')) return part === value
  if (value === '') return false
  params[part.slice(1)] = value
  return true
}
