// Group commit: writes that wait at the same time are committed in one transaction, so that one fsync serves all of
// them. Each has a savepoint of its own: a write that fails is undone and rejects alone. None resolves before the
// commit has returned, and where the commit fails all of them reject.

import type { Clock } from '../../core/clock.ts'
import { PunctualError } from '../../core/errors.ts'
import { isBusy, letInMs, longestHoldMs, longestStretchMs, longestWaitMs, nextPause, nextTurn } from './busy-retry.ts'
import { perform } from './execute.ts'
import { failure } from './failure.ts'
import { assertInPlace, type Handle, type OpenFile } from './file.ts'
import { turnOnFile } from './turn.ts'

export interface Writes {
  /**
   * Runs `change`, which awaits only its own statements on {@link Writes.handle}, and commits it. Where it rejects it
   * has changed nothing: with what `change` throws, or with `store_unavailable`.
   */
  write<Result>(change: () => Result | Promise<Result>): Promise<Result>
  /** The handle on which a change runs its statements. */
  handle(): Handle
  /** Waits until the writes that wait are committed, unless another process keeps them waiting. */
  settle(): Promise<void>
}

interface Write {
  readonly change: () => unknown
  readonly resolve: (result: never) => void
  readonly reject: (error: unknown) => void
  /** For how long another process has kept it from beginning. */
  heldUpMs: number
}

interface DoneWrite {
  readonly write: Write
  readonly result: unknown
}

// Other processes wait for the whole group, and so do other tasks of this one.
const largestGroup = 100

/** `file` returns the open file at `path`, or throws. */
export function createWrites(path: string, file: () => OpenFile, clock: Pick<Clock, 'now' | 'sleep'>): Writes {
  let waiting: Write[] = []
  let running = false
  let inTransaction: Handle | null = null

  async function run(): Promise<void> {
    let began = clock.now()
    for (let pause = 0; waiting.length > 0; ) {
      if (pause > 0) await clock.sleep(pause)
      for (const write of waiting) write.heldUpMs += pause
      if (pause > 0) began = clock.now()
      if (Math.abs(clock.now() - began) >= longestHoldMs) {
        await clock.sleep(letInMs)
        began = clock.now()
      }
      const leave = await turnOnFile(path)
      // What this turn of the event loop brings besides belongs to the same group.
      await nextTurn()
      try {
        inTransaction = begin()
        await runGroup(inTransaction)
        pause = 0
      } catch (error) {
        rejectWaiting(error)
        pause = isBusy(error) ? nextPause(pause) : 0
      }
      inTransaction = null
      leave()
    }
    running = false
  }

  function begin(): Handle {
    const { writer } = file()
    assertInPlace(file(), path)
    // With the lock for writing: a transaction that reads first cannot take it later when another process has written
    // in between, however long it waits.
    perform(writer, 'begin immediate')
    return writer
  }

  /** Rejects the writes that wait. If another process has the lock, those that have not waited for long stay. */
  function rejectWaiting(error: unknown): void {
    const isPatient = ({ heldUpMs }: Write) => isBusy(error) && heldUpMs < longestWaitMs
    for (const write of waiting) if (!isPatient(write)) write.reject(failure(path, error))
    waiting = waiting.filter(isPatient)
  }

  async function runGroup(handle: Handle): Promise<void> {
    const began = clock.now()
    const done: DoneWrite[] = []
    const goesOn = () => done.length < largestGroup && Math.abs(clock.now() - began) < longestStretchMs
    try {
      for (let write = waiting.shift(); write; write = goesOn() ? waiting.shift() : undefined) {
        const result = await runUnderSavepoint(path, handle, write)
        if (result) done.push(result)
      }
      assertInPlace(file(), path)
      perform(handle, 'commit')
    } catch (error) {
      rollBack(handle)
      for (const { write } of done) write.reject(failure(path, error))
      return
    }
    for (const { write, result } of done) write.resolve(result as never)
  }

  return {
    write: (change) =>
      new Promise((resolve, reject) => {
        waiting.push({ change, resolve, reject, heldUpMs: 0 })
        if (running) return
        running = true
        void run()
      }),
    handle() {
      if (inTransaction) return inTransaction
      throw new Error('a statement of a transaction that has ended')
    },
    async settle() {
      do {
        const leave = await turnOnFile(path)
        leave()
        await nextTurn()
      } while (waiting.some(({ heldUpMs }) => heldUpMs === 0))
    },
  }
}

/**
 * Returns the write with its result; `null`: it has failed alone, and has rejected. Throws when SQLite has undone the
 * whole transaction, as it does where the disk fails.
 */
async function runUnderSavepoint(path: string, handle: Handle, write: Write): Promise<DoneWrite | null> {
  const step = (text: string) => {
    try {
      perform(handle, text)
    } catch (error) {
      throw failure(path, error)
    }
  }
  try {
    step('savepoint one_write')
    const result = await write.change()
    step('release one_write')
    return { write, result }
  } catch (error) {
    write.reject(error)
    try {
      step('rollback to one_write')
      step('release one_write')
    } catch (missing) {
      // Without its savepoint the transaction is gone. Why is what the write has been told, not that the savepoint is missing.
      throw error instanceof PunctualError && error.code === 'store_unavailable' ? error : missing
    }
    return null
  }
}

function rollBack(handle: Handle): void {
  try {
    perform(handle, 'rollback')
  } catch {
    // SQLite has rolled back by itself.
  }
}
