// The schedules of Cal.com's people, and the hours in which they can be booked.
// At most one schedule of a person is the default. Slots follow it unless the event type has another schedule; without
// either there are no slots.

import type { HoursOn } from '../../time/availability.ts'
import type { CalcomAccount } from '../../world/accounts.ts'
import type { AvailabilityRow, EventTypeRow, ScheduleRow } from '../../world/calcom-rows.ts'
import type { World } from '../../world/world.ts'

/** As the API writes them, in the order of a `Date`'s numbers. */
export const weekDays: readonly string[] = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
]

/** The default week. */
export function officeWeek(): AvailabilityRow[] {
  return [{ days: weekDays.slice(1, 6), startTime: '09:00', endTime: '17:00' }]
}

/** The person's schedules, oldest first. */
export function schedulesOf(world: World, person: CalcomAccount): ScheduleRow[] {
  const { schedules } = world.state.calcom
  if (Object.hasOwn(schedules, person.id)) return schedules[person.id] ?? []
  const made = { id: Number(person.id) * 10, name: 'Working hours', timeZone: person.timeZone }
  return [{ ...made, isDefault: true, availability: officeWeek(), overrides: [] }]
}

/** The schedule that counts where none is named; null once a person has deleted it. */
export function defaultScheduleOf(world: World, person: CalcomAccount): ScheduleRow | null {
  return schedulesOf(world, person).find((row) => row.isDefault) ?? null
}

/** When the event type can be booked: the zone of its schedule, or else of the default one, and its hours on a date. */
export function hoursOf(
  world: World,
  person: CalcomAccount,
  { fields }: EventTypeRow,
): { timeZone: string; hoursOn: HoursOn } {
  const own = schedulesOf(world, person).find((row) => row.id === fields.scheduleId)
  const schedule = own ?? defaultScheduleOf(world, person)
  if (schedule === null) return { timeZone: person.timeZone, hoursOn: () => [] }
  const { timeZone, availability, overrides } = schedule
  const hoursOn: HoursOn = (date) => {
    const day = new Date(date)
    const instead = overrides.filter((one) => one.date === day.toISOString().slice(0, 10))
    const usual = availability.filter((one) => one.days.includes(weekDays[day.getUTCDay()] ?? ''))
    return (instead.length > 0 ? instead : usual)
      .map((one) => ({ from: sinceMidnight(one.startTime), to: sinceMidnight(one.endTime) }))
      .sort((a, b) => a.from - b.from)
  }
  return { timeZone, hoursOn }
}

function sinceMidnight(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return (hour * 60 + minute) * 60_000
}
