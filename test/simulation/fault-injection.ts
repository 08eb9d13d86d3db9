// One operation out of a process and back: it takes effect later, its answer comes later still, either may fail, and the
// process may die at any of these points. An operation that is on its way when the process dies takes effect or does not.

import type { StoreFate } from './faults.ts'
import { type SimulatedProcess, survives, type World } from './world.ts'

export interface Step<Result> {
  readonly what: string
  readonly fate: StoreFate
  /** Performs the operation. */
  run(): Promise<Result>
  /** The error that the process gets where the operation fails. */
  failure(): Error
  /** Called once, when the process has its answer, or when the operation will not take effect. */
  settled?(happened: boolean): void
}

export function performWithFaults<Result>(
  world: World,
  process: SimulatedProcess,
  { what, fate, run, failure, settled = () => {} }: Step<Result>,
): Promise<Result> {
  const { scheduler, random, checker } = world
  process.delayMs += fate.transit + fate.answer
  if (fate.fails || fate.transit + fate.answer > 5000) checker.noteFault()
  if (fate.fails === null && fate.transit + fate.answer === 0) return run().finally(() => settled(true))
  return new Promise((resolve, reject) => {
    scheduler.after(fate.transit, async () => {
      const there = survives(world, process)
      if (!there && random.odds(0.5)) {
        world.note(process.name, () => `${what}: died with the process`)
        return settled(false)
      }
      if (fate.fails === 'before') {
        world.note(process.name, () => `${what}: failed, without effect`)
        return back(false, () => reject(failure()))
      }
      const result = await run().then(
        (value) => () => resolve(value),
        (error: unknown) => () => reject(error),
      )
      back(true, fate.fails === 'after' ? () => reject(failure()) : result)
    })
    function back(happened: boolean, answer: () => void): void {
      const arrive = () =>
        world.pausing.deliver(process, 'socket', () => {
          if (survives(world, process)) answer()
          settled(happened)
        })
      if (fate.answer === 0) arrive()
      else scheduler.after(fate.answer, arrive)
    }
  })
}
