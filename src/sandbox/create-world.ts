// Builds the world of one sandbox: its state, fresh or from its file, and the clock that lives in it.

import { randomBytes } from 'node:crypto'
import { freshState, withOptions } from './initial-state.ts'
import type { CheckedOptions } from './options.ts'
import { loadState, saveState } from './persistence.ts'
import { createClock, type SandboxClock } from './time/clock.ts'
import { ownOrigins } from './world/addresses.ts'
import { createMeter } from './world/meter.ts'
import type { World } from './world/world.ts'

/** A world, and what only the sandbox that owns it may do. */
export interface OwnedWorld {
  readonly world: World
  readonly clock: SandboxClock
  /** Writes the state to its file, if it has changed and there is one. */
  keep(): void
  /** Sets the state back to the beginning. */
  reset(): void
}

/** Creates the world; `base` returns the origin of the sandbox, which is known only once it listens. */
export function createWorld(options: CheckedOptions, base: () => string): OwnedWorld {
  const { file, now = Date.now, random = (bytes: number) => new Uint8Array(randomBytes(bytes)) } = options
  const kept = file === undefined ? null : loadState(file)
  let dirty = true
  const world: World = {
    state: kept === null ? freshState(options, random) : withOptions(kept, options, random),
    meter: createMeter(),
    base,
    ownAddresses: options.ownAddresses === true,
    root: (of) => (options.ownAddresses === true ? ownOrigins[of] : base() + of),
    now: () => clock.now(),
    random,
    changed: () => {
      dirty = true
    },
  }
  const clock = createClock(now, {
    get: () => world.state.offset,
    set: (milliseconds) => {
      world.state.offset = milliseconds
      world.changed()
    },
  })
  return {
    world,
    clock,
    keep() {
      if (file !== undefined && dirty) saveState(file, world.state)
      dirty = false
    },
    reset() {
      world.state = freshState(options, random)
      world.meter.clear()
      world.changed()
    },
  }
}
