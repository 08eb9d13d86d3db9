// Processes that do not run for a while: their event loop is blocked, or they have been stopped. Their requests go on their
// way and their writes take effect, but nothing reaches them. It waits, and reaches them when they run again, in an order
// of its own: timers first, as after a stop, sockets first, or mixed.

import type { Faults } from './faults.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import type { SimulatedProcess } from './world.ts'

export type Arrival = 'timer' | 'socket'

interface Waiting {
  readonly kind: Arrival
  readonly run: () => void
}

export interface Pause {
  readonly since: number
  readonly waiting: Waiting[]
  /** Whether the process runs again and receives what has waited. */
  draining: boolean
  /** Whether the next request ends the pause: the platform has frozen the process between requests. */
  readonly onDemand: boolean
}

export interface Pausing {
  /** Lets something reach that process, now or when it runs again. It also reaches a process that has ended. */
  deliver(process: SimulatedProcess, kind: Arrival, run: () => void): void
  /** Pauses the process for a drawn time; sometimes it never runs again, and is killed. */
  pause(process: SimulatedProcess): void
  /** Pauses it until the next request. */
  freeze(process: SimulatedProcess): void
  resume(process: SimulatedProcess): void
  /** The process has ended: drops its pause. */
  ended(process: SimulatedProcess): void
}

interface PausingOptions {
  readonly scheduler: Scheduler
  readonly random: Random
  readonly faults: Faults
  crash(process: SimulatedProcess): void
  noteFault(): void
  note(who: string, text: () => string): void
}

export function createPausing({ scheduler, random, faults, crash, noteFault, note }: PausingOptions): Pausing {
  function stop(process: SimulatedProcess, onDemand: boolean): void {
    if (process.ended || process.pause) return
    process.pause = { since: scheduler.now(), waiting: [], draining: false, onDemand }
    process.pauses++
    noteFault()
  }

  function pause(process: SimulatedProcess): void {
    if (process.ended || process.pause || faults.healed) return
    const length = faults.pauseLength()
    note(process.name, () => (length.forever ? 'runs no more' : `does not run for ${length.ms} ms`))
    stop(process, false)
    const { pause } = process
    scheduler.after(length.ms, () => {
      if (process.pause !== pause) return
      if (length.forever) crash(process)
      else resume(process)
    })
  }

  function resume(process: SimulatedProcess): void {
    const { pause } = process
    if (!pause || pause.draining) return
    process.pausedMs += scheduler.now() - pause.since
    process.resumedAt = scheduler.now()
    pause.draining = true
    reorder(pause.waiting, random)
    note(process.name, () => `runs again, ${pause.waiting.length} things have waited`)
    drain(process, pause)
  }

  /** One thing after the other: all that one sets off comes to rest before the next. */
  function drain(process: SimulatedProcess, pause: Pause): void {
    const next = pause.waiting.shift()
    if (!next) {
      process.pause = null
      return
    }
    next.run()
    scheduler.after(0, () => {
      if (process.pause === pause) drain(process, pause)
    })
  }

  return {
    freeze: (process) => stop(process, true),
    pause,
    resume,
    deliver(process, kind, run) {
      if (process.ended) return run()
      const drawn = process.pause ? null : faults.pause()
      if (drawn === 'before') pause(process)
      if (process.pause) return void process.pause.waiting.push({ kind, run })
      run()
      if (drawn === 'after') scheduler.after(0, () => pause(process))
    },
    ended(process) {
      const { pause } = process
      const waiting = pause?.waiting ?? []
      // Its callers were not waiting for it to work.
      if (pause && !pause.draining) process.pausedMs += scheduler.now() - pause.since
      process.pause = null
      for (const { run } of waiting.splice(0)) run()
    },
  }
}

/** Timers first, sockets first, or mixed; those of one kind keep their order. */
function reorder(waiting: Waiting[], random: Random): void {
  const first = random.pick(['timer', 'socket', null] as const)
  const timers = waiting.filter(({ kind }) => kind === 'timer')
  const sockets = waiting.filter(({ kind }) => kind === 'socket')
  waiting.length = 0
  while (timers.length + sockets.length > 0) {
    const kind = first ?? random.pick(['timer', 'socket'] as const)
    const [one, other] = kind === 'timer' ? [timers, sockets] : [sockets, timers]
    waiting.push((one.shift() ?? other.shift()) as Waiting)
  }
}
