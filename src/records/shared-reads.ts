// One read for all callers that ask at once. A thousand callers of one grant need the same row; without this each of
// them takes a connection to the database to read it.

/**
 * The same read, shared by callers who ask for the same id while one is under way: they get the next one, which begins
 * when that has ended. So no caller gets a row that was read before it asked.
 */
export function sharedReads<Row>(read: (id: string) => Promise<Row>): (id: string) => Promise<Row> {
  const running = new Map<string, Promise<unknown>>()
  const next = new Map<string, Promise<Row>>()

  function begin(id: string): Promise<Row> {
    const reading = read(id)
    const end = () => {
      if (running.get(id) === over) running.delete(id)
    }
    const over = reading.then(end, end)
    running.set(id, over)
    return reading
  }

  return (id) => {
    const before = running.get(id)
    if (!before) return begin(id)
    const waiting =
      next.get(id) ??
      before.then(() => {
        next.delete(id)
        return begin(id)
      })
    next.set(id, waiting)
    return waiting
  }
}
