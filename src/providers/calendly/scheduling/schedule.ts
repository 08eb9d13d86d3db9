// Availability schedules: weekly rules, and dates that differ from them.

import type { Interval, Schedule, Weekday } from '../../../core/scheduling/model.ts'
import type { CalendlyAvailabilitySchedule } from '../api/availability.ts'

const weekdays: readonly Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/** A rule of a kind that this version does not know stands in `raw` alone. */
export function scheduleOf(schedule: CalendlyAvailabilitySchedule): Schedule {
  const weekly = Object.fromEntries(weekdays.map((day) => [day, []])) as unknown as Record<Weekday, Interval[]>
  // Without a prototype, so that no date of a strange answer can be the name of a method.
  const overrides: Record<string, Interval[]> = Object.create(null)
  for (const { type, wday, date, intervals } of schedule.rules) {
    const hours = intervals.map(({ from, to }) => ({ from, to }))
    const weekday = weekdays.find((day) => day === wday)
    if (type === 'wday' && weekday) weekly[weekday].push(...hours)
    // A date without intervals is a day off.
    if (type === 'date' && date) overrides[date] = [...(overrides[date] ?? []), ...hours]
  }
  return {
    id: schedule.uri,
    name: schedule.name ?? null,
    isDefault: schedule.default,
    timeZone: schedule.timezone,
    weekly,
    overrides: { ...overrides },
    provider: 'calendly',
    raw: schedule,
  }
}
