// Does one operation again and again, by one caller or by several at once.

/**
 * Returns a round. With `atOnce` callers, each begins its next operation when its last one has ended. `batch`: how many
 * operations a caller does before it looks at the clock, for those that take less than that look.
 */
export function loop(
  operation: (index: number) => unknown,
  { atOnce = 1, batch = 1 }: { readonly atOnce?: number; readonly batch?: number } = {},
): (ms: number) => Promise<number> {
  let begun = 0
  return async (ms) => {
    const end = performance.now() + ms
    let done = 0
    const caller = async () => {
      while (performance.now() < end) {
        for (let i = 0; i < batch; i++) await operation(begun++)
        done += batch
      }
    }
    await Promise.all(Array.from({ length: atOnce }, caller))
    return done
  }
}
