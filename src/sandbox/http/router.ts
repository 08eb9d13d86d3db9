// Finds a route in a table of `METHOD /path/:name` rows.

/** The part of a route that is matched. */
export interface RouteKey {
  method: string
  path: string
}

/**
 * The row that answers the method and path, with the values of its `:names`; null when there is none. `isSame` compares
 * a part of a row's path with the one that is given.
 */
export function findRoute<Row extends RouteKey>(
  table: readonly Row[],
  method: string,
  path: string,
  isSame = (wanted: string, found: string): boolean => wanted === found,
): { row: Row; params: Record<string, string> } | null {
  const given = path.split('/')
  for (const row of table) {
    if (row.method !== method) continue
    const wanted = row.path.split('/')
    if (wanted.length !== given.length) continue
    const params: Record<string, string> = {}
    const isHere = (part: string, at: number): boolean => {
      const value = given[at] ?? ''
      return part.startsWith(':') ? take(params, part.slice(1), value) : isSame(part, value)
    }
    if (wanted.every(isHere)) return { row, params }
  }
  return null
}

function take(params: Record<string, string>, name: string, value: string): boolean {
  params[name] = value
  return value !== ''
}
