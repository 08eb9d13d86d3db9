// Availability schedules: weekly rules, and dates that differ from them.

import type { Interval, Schedule, Weekday } from '../../../core/scheduling/model.ts'
import type { CalcomSchedule } from '../api/schedules.ts'

const weekdays: readonly Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/** A day that this version does not know stands in `raw` alone. */
export function scheduleOf(schedule: CalcomSchedule): Schedule {
  const weekly = Object.fromEntries(weekdays.map((day) => [day, []])) as unknown as Record<Weekday, Interval[]>
  // Without a prototype, so that no date of a strange answer can be the name of a method.
  const overrides: Record<string, Interval[]> = Object.create(null)
  for (const { days, ...hours } of schedule.availability) {
    const named = days.map((day) => day.toLowerCase())
    for (const day of weekdays) if (named.includes(day)) weekly[day].push(...intervalsOf(hours))
  }
  // Several hours on one date are several overrides.
  for (const { date, ...hours } of schedule.overrides) {
    overrides[date] = [...(overrides[date] ?? []), ...intervalsOf(hours)]
  }
  for (const intervals of [...Object.values(weekly), ...Object.values(overrides)]) intervals.sort(byStart)
  return {
    id: String(schedule.id),
    name: schedule.name,
    isDefault: schedule.isDefault,
    timeZone: schedule.timeZone,
    weekly,
    overrides: { ...overrides },
    provider: 'calcom',
    raw: schedule,
  }
}

/** How a day off is written is not known. Hours that end when they begin are no hours. */
function intervalsOf({ startTime, endTime }: { readonly startTime: string; readonly endTime: string }): Interval[] {
  return startTime === endTime ? [] : [{ from: startTime, to: endTime }]
}

function byStart(one: Interval, other: Interval): number {
  return one.from < other.from ? -1 : 1
}
