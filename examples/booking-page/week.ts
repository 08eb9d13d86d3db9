// A week of free times, the choice of time zone and length above it, and the way to other weeks.

import { html } from 'hono/html'
import type { EventType, Slot } from 'punctual/scheduling'
import type { Html } from './page.ts'
import {
  type Day,
  dayName,
  daysShown,
  isDate,
  isTimeZone,
  lengthOf,
  plusDays,
  timeOf,
  timeZones,
  today,
  type Week,
  weekdayName,
  zoneName,
} from './times.ts'

export interface WeekView {
  readonly week: Week
  readonly days: readonly Day[]
  readonly eventType: EventType
  /** The path of this page, and the fields of its query that name what is booked or moved. */
  readonly path: string
  readonly fixed: Readonly<Record<string, string>>
  /** The lengths to choose from, in minutes. */
  readonly lengths: readonly number[]
  /** Where a time leads. */
  readonly addressOf: (slot: Slot) => string
}

/** Reads which week, zone and length an address asks for. Nothing in it: from today, in the given zone. */
export function weekOf(query: URLSearchParams, zoneOtherwise: string, { durations }: EventType): Week {
  const asked = query.get('zone') ?? ''
  const timeZone = isTimeZone(asked) ? asked : zoneOtherwise
  const from = query.get('from') ?? ''
  const first = today(timeZone)
  const minutes = Number(query.get('minutes'))
  return {
    from: isDate(from) && from > first ? from : first,
    timeZone,
    durationMinutes: durations.includes(minutes) && durations.length > 1 ? minutes : undefined,
  }
}

/** Returns the fields that name a week, for an address. */
export function queryOf({ from, timeZone, durationMinutes }: Week): Record<string, string> {
  return { from, zone: timeZone, ...(durationMinutes !== undefined && { minutes: String(durationMinutes) }) }
}

export function weekView(view: WeekView): Html {
  const { days, week } = view
  const isEmpty = days.every(({ slots }) => slots.length === 0)
  return html`${settings(view)}
<nav class="weeks" aria-label="Weeks">
${week.from > today(week.timeZone) ? weekLink(view, -daysShown, '← Earlier') : html`<span></span>`}
<h2>${dayName(week.from)} – ${dayName(plusDays(week.from, daysShown - 1))}</h2>
${weekLink(view, daysShown, 'Later →')}
</nav>
${isEmpty ? html`<p class="empty">No free times in these seven days. Look at later ones.</p>` : html`<div class="days">${days.map((day) => dayView(view, day))}</div>`}`
}

function dayView({ eventType, week, addressOf }: WeekView, { date, slots }: Day): Html {
  const [weekday, name] = [weekdayName(date), dayName(date)]
  const times = slots.map((slot) => {
    const time = timeOf(slot.start, week.timeZone)
    const left = (eventType.capacity ?? 1) > 1 && slot.seatsLeft !== null ? `${slot.seatsLeft} left` : ''
    return html`<li><a href="${addressOf(slot)}" aria-label="${[time, left, weekday, name].filter(Boolean).join(', ')}">${time}${
      left ? html` <small>${left}</small>` : ''
    }</a></li>`
  })
  return html`<section class="day${slots.length === 0 ? ' none' : ''}">
<h3>${weekday} <span>${name}</span></h3>
${slots.length === 0 ? html`<p class="quiet">–</p>` : html`<ul class="times">${times}</ul>`}
</section>`
}

function settings({ week, path, fixed, lengths }: WeekView): Html {
  const length = week.durationMinutes ?? lengths[0]
  const zones = timeZones(week.timeZone).map(
    (zone) => html`<option value="${zone}"${zone === week.timeZone ? ' selected' : ''}>${zoneName(zone)}</option>`,
  )
  const lengthOptions = lengths.map(
    (minutes) => html`<option value="${minutes}"${minutes === length ? ' selected' : ''}>${lengthOf(minutes)}</option>`,
  )
  return html`<form class="settings" action="${path}">
${Object.entries({ ...fixed, from: week.from }).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<p><label for="zone">Time zone</label> <select id="zone" name="zone">${zones}</select></p>
${lengths.length > 1 ? html`<p><label for="minutes">Length</label> <select id="minutes" name="minutes">${lengthOptions}</select></p>` : ''}
<p><button>Show</button></p>
</form>`
}

function weekLink({ week, path, fixed }: WeekView, days: number, text: string): Html {
  const query = new URLSearchParams({ ...fixed, ...queryOf({ ...week, from: plusDays(week.from, days) }) })
  return html`<a href="${path}?${query}">${text}</a>`
}
