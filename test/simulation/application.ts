// The host application's handler of events: it takes its time, throws, hangs beyond its deadline, or acknowledges by hand
// and then fails; sometimes its process dies in the middle. It reports to the event checker what it has received.

import type { DeliveryHandler } from '../../src/core/events.ts'
import type { Dispatch, EventConsumer } from './event-checker.ts'
import { destinations } from './event-checkers.ts'
import { orderingKeyOf } from './expected-events.ts'
import type { Random } from './random.ts'
import { type SimulatedProcess, survives, type World } from './world.ts'

type HandlerFate = 'fine' | 'slow' | 'throws' | 'hangs' | 'by_hand' | 'dies'

/** A destination that is broken for good. */
export function createBrokenApplication({
  checker: { events },
}: World): (process: SimulatedProcess) => DeliveryHandler {
  return (process) => async (event) => {
    events.dispatched(destinations.broken, process, event).ends()
    throw new Error('this address is broken')
  }
}

/** How often the handler meets each fate, in one history. */
function drawRates(random: Random): Readonly<Record<HandlerFate, number>> {
  const rate = (most: number) => (random.odds(0.5) ? random.next() * most : 0)
  return { fine: 1, slow: rate(0.4), throws: rate(0.8), hangs: rate(0.3), by_hand: rate(0.8), dies: rate(0.05) }
}

export function createApplication(
  world: World,
  { refuses, several }: EventConsumer,
): (process: SimulatedProcess) => DeliveryHandler {
  const { random, faults } = world
  const { events } = world.checker
  const rates = drawRates(random)

  return (process) =>
    async (event, { acknowledge, signal }) => {
      const dispatch = events.dispatched(several ? destinations.app : '', process, event)
      const fate = faults.healed ? 'fine' : random.weighted(rates)
      world.note(process.name, () => `dispatches ${event.type} ${event.id}, dispatch ${event.dispatch}: ${fate}`)
      signal.addEventListener('abort', dispatch.ends, { once: true })
      try {
        if (refuses(orderingKeyOf(event))) throw new Error('this event is refused')
        await handle(world, process, fate, () => acknowledgeByHand(world, process, event.id, dispatch, acknowledge))
        dispatch.received()
      } finally {
        dispatch.ends()
      }
    }
}

async function handle(
  world: World,
  process: SimulatedProcess,
  fate: HandlerFate,
  acknowledge: () => Promise<void>,
): Promise<void> {
  const { random } = world
  if (fate === 'slow') await wait(world, process, random.between(1000, 29_500))
  if (fate === 'hangs') await wait(world, process, random.between(30_500, 90_000))
  if (fate !== 'fine' || random.odds(0.5)) await wait(world, process, random.between(1, 200))
  if (fate === 'by_hand' || (fate === 'hangs' && random.odds(0.5))) await acknowledge()
  if (fate === 'dies') {
    world.crash(process)
    await new Promise(() => {})
  }
  if (fate === 'throws' || (fate === 'hangs' && random.odds(0.3))) throw new Error('the handler fails')
}

async function acknowledgeByHand(
  world: World,
  process: SimulatedProcess,
  id: string,
  dispatch: Dispatch,
  acknowledge: () => Promise<void>,
): Promise<void> {
  const { random } = world
  dispatch.received()
  dispatch.ends()
  await acknowledge()
  dispatch.acknowledged()
  world.note(process.name, () => `knows that ${id} is acknowledged`)
  if (random.odds(0.5)) await wait(world, process, random.between(1, 40_000))
  if (random.odds(0.5)) throw new Error('the handler fails after its acknowledgement')
}

/** Never resolves in a process that has ended. */
function wait(world: World, process: SimulatedProcess, ms: number): Promise<void> {
  return new Promise((resolve) => {
    world.scheduler.after(ms, () =>
      world.pausing.deliver(process, 'timer', () => {
        if (survives(world, process)) resolve()
      }),
    )
  })
}
