// Requests to a process: each reaches it when it runs. Some processes run on a serverless platform: nothing goes on by
// itself, and after the last answer the process is frozen, until the next request comes or for ever. Rule `frozen`.

import type { Replica } from './replicas.ts'
import { pausedFor, reach, type World } from './world.ts'

type Running = NonNullable<Replica['running']>

/** Ms after which a call may have its answer although the refresh that it waited for goes on. */
const refreshMayGoOnMs = 10_000
/** The same, with the time for which the process did not run: no caller is promised a longer wait. */
const longestWaitMs = 30_000

/** Sends a request to that process. Resolves with its answer; never, if the process ends before. */
export async function request<Answer>(world: World, running: Running, task: () => Promise<Answer>): Promise<Answer> {
  const { process } = running
  await reach(world, process)
  const began = world.scheduler.now()
  const paused = pausedFor(world, process)
  process.requests++
  try {
    return await task()
  } finally {
    process.requests--
    const waited = world.scheduler.now() - began
    const took = waited - (pausedFor(world, process) - paused)
    if (running.platform) {
      if (took >= refreshMayGoOnMs || waited >= longestWaitMs) running.platform.leavesBehind = true
      freezeSoon(world, running, began)
    }
  }
}

/** A platform freezes after a moment, in which the work that the answer has started goes on. */
function freezeSoon(world: World, running: Running, began: number): void {
  world.scheduler.after(world.random.between(0, 500), () => freezeWhenIdle(world, running, began))
}

function freezeWhenIdle(world: World, running: Running, began: number): void {
  const { process, platform } = running
  if (!platform) return
  const { random, faults, checker, pausing, scheduler, note } = world
  if (process.ended || process.pause || process.requests > 0 || running.stopping || faults.healed) return
  if (platform.handed) return void platform.idle(() => freezeSoon(world, running, began))
  const left = platform.waits ? checker.inFlight(process) : checker.inFlight(process, began)
  if (left > 0 && (!platform.leavesBehind || platform.waits))
    checker.reportViolation(
      'frozen',
      `${process.name} is frozen after its answer, with ${left} presentations under way`,
    )
  note(process.name, () => 'is frozen')
  pausing.freeze(process)
  if (random.odds(0.7)) return
  scheduler.after(random.between(1000, 600_000), () => {
    if (process.pause?.onDemand) world.crash(process)
  })
}
