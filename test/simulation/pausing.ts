// Processes that do not run for a while: their event loop is blocked, or they have been stopped. What has left them goes
// on its way, and what they wrote takes effect; but nothing reaches them. It waits, and reaches them in an order of its
// own when they run again: timers first, as after a stop, sockets first, or mixed.

import type { Chance } from './chance.ts'
import type { Faults } from './faults.ts'
import type { Scheduler } from './scheduler.ts'
import type { Life } from './world.ts'

export type Arrival = 'timer' | 'socket'

interface Waiting {
  readonly kind: Arrival
  readonly run: () => void
}

export interface Pause {
  readonly since: number
  readonly waiting: Waiting[]
  /** Whether it runs again, and what has waited is reaching it. */
  draining: boolean
  /** Whether the next request lets it run again: nothing is wrong, its platform has frozen it. */
  readonly onDemand: boolean
}

export interface Pausing {
  /** Lets something reach that process, now or when it runs again. It happens to a process that has ended, too. */
  deliver(life: Life, kind: Arrival, run: () => void): void
  /** Lets the process stand still, for as long as is drawn; sometimes it never runs again, and is killed. */
  pause(life: Life): void
  /** Lets it stand still until the next request. */
  freeze(life: Life): void
  resume(life: Life): void
  /** It has ended: what waited for it is of no use. */
  ended(life: Life): void
}

interface Parts {
  readonly scheduler: Scheduler
  readonly chance: Chance
  readonly faults: Faults
  crash(life: Life): void
  trouble(): void
  note(who: string, text: () => string): void
}

export function createPausing({ scheduler, chance, faults, crash, trouble, note }: Parts): Pausing {
  function stop(life: Life, onDemand: boolean): void {
    if (life.ended || life.pause) return
    life.pause = { since: scheduler.now(), waiting: [], draining: false, onDemand }
    life.pauses++
    trouble()
  }

  function pause(life: Life): void {
    if (life.ended || life.pause || faults.healed) return
    const length = faults.pauseLength()
    note(life.name, () => (length.forever ? 'runs no more' : `does not run for ${length.ms} ms`))
    stop(life, false)
    const { pause } = life
    scheduler.after(length.ms, () => {
      if (life.pause !== pause) return
      if (length.forever) crash(life)
      else resume(life)
    })
  }

  function resume(life: Life): void {
    const { pause } = life
    if (!pause || pause.draining) return
    life.paused += scheduler.now() - pause.since
    life.resumedAt = scheduler.now()
    pause.draining = true
    arrange(pause.waiting)
    note(life.name, () => `runs again, ${pause.waiting.length} things have waited`)
    drain(life, pause)
  }

  /** One after the other: all that one of them sets off comes to rest before the next. */
  function drain(life: Life, pause: Pause): void {
    const next = pause.waiting.shift()
    if (!next) {
      life.pause = null
      return
    }
    next.run()
    scheduler.after(0, () => {
      if (life.pause === pause) drain(life, pause)
    })
  }

  /** Those of one kind keep their order. */
  function arrange(waiting: Waiting[]): void {
    const first = chance.pick(['timer', 'socket', null] as const)
    const timers = waiting.filter(({ kind }) => kind === 'timer')
    const sockets = waiting.filter(({ kind }) => kind === 'socket')
    waiting.length = 0
    while (timers.length + sockets.length > 0) {
      const kind = first ?? chance.pick(['timer', 'socket'] as const)
      const [one, other] = kind === 'timer' ? [timers, sockets] : [sockets, timers]
      waiting.push((one.shift() ?? other.shift()) as Waiting)
    }
  }

  return {
    freeze: (life) => stop(life, true),
    pause,
    resume,
    deliver(life, kind, run) {
      if (life.ended) return run()
      const drawn = life.pause ? null : faults.pause()
      if (drawn === 'before') pause(life)
      if (life.pause) return void life.pause.waiting.push({ kind, run })
      run()
      if (drawn === 'after') scheduler.after(0, () => pause(life))
    },
    ended(life) {
      const waiting = life.pause?.waiting ?? []
      life.pause = null
      for (const { run } of waiting.splice(0)) run()
    },
  }
}
