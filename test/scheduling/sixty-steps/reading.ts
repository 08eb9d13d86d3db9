// The account, what can be booked there, and when.

import assert from 'node:assert/strict'
import { all } from '../../typed/person.ts'
import { type Diary, days, service } from './diary.ts'
import { type Step, step, stepIf } from './steps.ts'

export const reading: readonly Step<Diary>[] = [
  step('read whose account it is', async ({ calendar }) => {
    const person = await calendar.me()
    assert.deepEqual([person.name, person.timeZone], ['Eve Okafor', 'Africa/Lagos'])
    return person
  }),
  step('list the event types that can be booked', async ({ calendar, services }) => {
    const found = await all(calendar.eventTypes({ active: true }))
    for (const eventType of found) services.set(eventType.slug ?? '', eventType)
    assert.equal(services.size, 10)
    return found
  }),
  step('go on with the list where it was left', async ({ calendar, services }) => {
    const list = calendar.eventTypes({ active: true })
    for await (const { slug } of list) if (slug === 'phone-call') break
    const rest = await all(calendar.eventTypes({ active: true }, { from: list.position ?? '' }))
    const slugs = [...services.keys()]
    assert.deepEqual(
      rest.map(({ slug }) => slug),
      slugs.slice(slugs.indexOf('phone-call') + 1),
    )
    return rest
  }),
  step('read one event type', async (diary) => {
    const { id, durations } = service(diary, 'consultation')
    const found = await diary.calendar.eventType(id)
    assert.deepEqual(found.durations, durations)
    return found
  }),
  step('read when the account can be booked', async ({ calendar }) => {
    const found = await all(calendar.schedules())
    assert.deepEqual(found[0]?.weekly.friday, [{ from: '09:00', to: '17:00' }])
    return found
  }),
  step('subscribe to the events of bookings', ({ subscribe }) => subscribe()),
  step('read the slots of 31 days', async (diary) => {
    const before = diary.requests()
    const slots = await all(diary.calendar.slots({ eventType: service(diary, 'house-visit'), ...days(diary, 31) }))
    assert.equal(diary.requests() - before, 1)
    return slots
  }),
  step('read the slots of a longer time', async (diary) => {
    const slots = await all(diary.calendar.slots({ eventType: service(diary, 'house-visit'), ...days(diary, 75) }))
    const starts = slots.map(({ start }) => start)
    assert.deepEqual(starts, [...new Set(starts)].sort())
    const byDay = Map.groupBy(starts.slice(8), (start) => start.slice(0, 10))
    for (const [first] of byDay.values()) if (first) diary.free.push(first)
    assert.ok(diary.free.length > 45)
    return slots
  }),
  step('read the slots of an event type by its id, for another time zone', async (diary) => {
    const query = { ...days(diary, 7), timeZone: 'America/New_York' }
    return all(diary.calendar.slots({ eventType: service(diary, 'intro-call').id, ...query }))
  }),
  stepIf(
    'read the slots of another length',
    { can: 'book.chooseDuration', on: (diary) => service(diary, 'consultation') },
    async (diary) => {
      const eventType = service(diary, 'consultation')
      const slots = await all(diary.calendar.slots({ eventType, ...days(diary, 5), durationMinutes: 60 }))
      for (const { start, end } of slots) assert.equal(Date.parse(end) - Date.parse(start), 3_600_000)
      return slots
    },
  ),
]
