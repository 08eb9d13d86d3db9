// Finds circles in a graph of files. One circle is named for each knot of files that reach each other: its shortest,
// since that is the one to cut first.

/** Circles as paths that end where they began. */
export function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = []
  const seen = new Set<string>()
  for (const file of graph.keys()) {
    if (seen.has(file)) continue
    const circle = shortestWayBack(file, graph)
    if (!circle) continue
    const shortest = circle
      .map((member) => shortestWayBack(member, graph) ?? circle)
      .reduce((best, next) => (next.length < best.length ? next : best))
    for (const member of [...circle, ...shortest]) seen.add(member)
    circles.push(shortest)
  }
  return circles
}

function shortestWayBack(start: string, graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const file of queue) {
    for (const next of graph.get(file) ?? []) {
      if (next === start) {
        const way = [start]
        for (let at = file; at !== start; at = cameFrom.get(at) ?? start) way.unshift(at)
        return [start, ...way]
      }
      if (cameFrom.has(next)) continue
      cameFrom.set(next, file)
      queue.push(next)
    }
  }
  return null
}
