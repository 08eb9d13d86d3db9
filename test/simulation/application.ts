// The host application's handler of events: it takes its time, throws, hangs beyond its deadline, acknowledges by hand
// and then fails, and sometimes its process dies in the middle. What it has heard it tells the ledger.

import type { DeliveryHandler } from '../../src/core/events.ts'
import type { Chance } from './chance.ts'
import { type Hearing, subjectOf } from './event-checker.ts'
import { type Life, survives, type World } from './world.ts'

type Fate = 'fine' | 'slow' | 'throws' | 'hangs' | 'by_hand' | 'dies'

/** How often the handler does what, in one history. */
function drawTemper(chance: Chance): Readonly<Record<Fate, number>> {
  const rate = (most: number) => (chance.odds(0.5) ? chance.next() * most : 0)
  return { fine: 1, slow: rate(0.4), throws: rate(0.8), hangs: rate(0.3), by_hand: rate(0.8), dies: rate(0.05) }
}

export function createApplication(world: World, { deaf }: Hearing): (life: Life) => DeliveryHandler {
  const { chance, scheduler, faults } = world
  const { told } = world.ledger
  const temper = drawTemper(chance)

  return (life) => {
    /** Never comes back to a process that is gone. */
    const pass = (ms: number) =>
      new Promise<void>((resolve) => {
        scheduler.after(ms, () =>
          world.pausing.deliver(life, 'timer', () => {
            if (survives(world, life)) resolve()
          }),
        )
      })

    return async (event, { acknowledge, signal }) => {
      const hand = told.begins(life, event)
      const fate = faults.healed ? 'fine' : chance.weighted(temper)
      world.note(life.name, () => `hands over ${event.type} ${event.id}, attempt ${event.dispatch}: ${fate}`)
      signal.addEventListener('abort', hand.ends, { once: true })
      try {
        await live(fate)
        hand.heard()
      } finally {
        hand.ends()
      }

      async function live(how: Fate): Promise<void> {
        if (deaf(subjectOf(event))) throw new Error('not this one')
        if (how === 'slow') await pass(chance.between(1000, 29_500))
        if (how === 'hangs') await pass(chance.between(30_500, 90_000))
        if (how !== 'fine' || chance.odds(0.5)) await pass(chance.between(1, 200))
        if (how === 'by_hand' || (how === 'hangs' && chance.odds(0.5))) await byHand()
        if (how === 'dies') {
          world.crash(life)
          await new Promise(() => {})
        }
        if (how === 'throws' || (how === 'hangs' && chance.odds(0.3))) throw new Error('no')
      }

      async function byHand(): Promise<void> {
        hand.heard()
        hand.ends()
        await acknowledge()
        hand.resolved()
        world.note(life.name, () => `knows that ${event.id} is acknowledged`)
        if (chance.odds(0.5)) await pass(chance.between(1, 40_000))
        if (chance.odds(0.5)) throw new Error('after the acknowledgement')
      }
    }
  }
}
