// The machines of the replicas and of the store, and how their wall clocks go wrong: set forward or back by seconds to a
// year, and set right some hours later. Monotonic clocks are never wrong.

import type { Random } from './random.ts'
import type { Machine, World } from './world.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Most machines have a clock that is some minutes off. */
export function createMachines(count: number, random: Random, now: number): readonly Machine[] {
  return Array.from({ length: count }, () => {
    const usual = random.odds(0.3) ? 0 : random.between(-300_000, 300_000)
    return { startedAt: now - random.between(0, 50 * day), usual, ahead: usual, mostWrong: Math.abs(usual) }
  })
}

function drawStep(random: Random): number {
  const size = random.weighted({ seconds: 4, minutes: 4, hours: 3, days: 3, year: 2 })
  const [least, most] = {
    seconds: [second, minute],
    minutes: [minute, hour],
    hours: [hour, day],
    days: [day, 40 * day],
    year: [360 * day, 370 * day],
  }[size] as [number, number]
  return random.between(least, most) * (random.odds(0.5) ? 1 : -1)
}

/** Sets the wall clock of one replica's machine, and sets it right later. */
export function setClock({ random, scheduler, machines, note }: World): void {
  const machine = random.pick(machines)
  const step = drawStep(random)
  note('world', () => `the clock of r${machines.indexOf(machine) + 1} is set by ${step} ms`)
  machine.ahead += step
  machine.mostWrong = Math.max(machine.mostWrong, Math.abs(machine.ahead))
  scheduler.after(random.between(second, random.pick([minute, hour, 6 * hour])), () => {
    machine.ahead = machine.usual
  })
}

/** Sets the wall clock of the store's machine, and sets it right later. */
export function setStoreClock(world: World): void {
  const { random, scheduler, storeClock } = world
  stepStore(world, storeClock.ahead + drawStep(random))
  scheduler.after(random.between(second, random.pick([minute, hour, 6 * hour])), () => stepStore(world, 0))
}

function stepStore({ scheduler, storeClock, note }: World, ahead: number): void {
  if (ahead === storeClock.ahead) return
  note('store', () => `its clock is set by ${ahead - storeClock.ahead} ms`)
  storeClock.setBack += Math.max(0, storeClock.ahead - ahead)
  storeClock.largestStepMs = Math.max(storeClock.largestStepMs, Math.abs(ahead - storeClock.ahead))
  storeClock.ahead = ahead
  storeClock.steppedAt = scheduler.now()
}

/** Sets all wall clocks right. */
export function healClocks(world: World): void {
  for (const machine of world.machines) machine.ahead = machine.usual
  stepStore(world, 0)
}
