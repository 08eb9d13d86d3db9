// Trying again what lost against another transaction: it has changed nothing, and the same statements may succeed at
// once.

import { isConflict } from './failure.ts'

const mostRetries = 5

export async function retryConflicts<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let left = mostRetries; ; left--) {
    try {
      return await run()
    } catch (error) {
      if (left === 0 || !isConflict(error)) throw error
    }
  }
}
