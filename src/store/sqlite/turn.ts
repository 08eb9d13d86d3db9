// Turns on a file: all stores of this process on one file write one after the other. Each has a handle of its own, and
// SQLite would refuse the second one as it refuses another process.

const queues = new Map<string, Promise<void>>()

/** Waits until no other store of this process writes to the file. The returned function ends the turn. */
export async function turnOnFile(path: string): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const before = queues.get(path)
  queues.set(path, promise)
  await before
  return () => {
    if (queues.get(path) === promise) queues.delete(path)
    resolve()
  }
}
