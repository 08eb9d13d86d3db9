// A small chart of what has ended how over a day, drawn on the server: bars that begin at the top with what went wrong. What
// it shows is also said in a sentence, and in a table that can be unfolded.

import { html } from 'hono/html'
import type { Series, TallyKind, TallyOutcome } from '../core/operator.ts'
import type { Html } from './layout.ts'
import { textsIn } from './time.ts'

/** What is drawn in one colour: `well`, and `badly`. What says neither, such as work that was postponed, is `other`. */
export type Mark = 'well' | 'other' | 'badly'

export interface ChartOf {
  readonly kind: TallyKind
  readonly title: string
  /** How it counts itself, such as `calls`. */
  readonly unit: string
  readonly marks: Readonly<Partial<Record<TallyOutcome, Mark>>>
  /** What the outcomes that count as `badly` have in common. */
  readonly badly: string
}

export const charts: readonly ChartOf[] = [
  {
    kind: 'call',
    title: 'Calls of the providers',
    unit: 'calls',
    badly: 'failed',
    marks: {
      ok: 'well',
      unavailable: 'badly',
      unknown: 'badly',
      needs_reconnect: 'badly',
      misconfigured: 'badly',
      store_unavailable: 'badly',
      fault: 'badly',
    },
  },
  {
    kind: 'refresh',
    title: 'Refreshes',
    unit: 'refreshes',
    badly: 'failed',
    marks: {
      renewed: 'well',
      current: 'well',
      refused: 'badly',
      unknown: 'badly',
      unavailable: 'badly',
      misconfigured: 'badly',
      store_unavailable: 'badly',
      fault: 'badly',
    },
  },
  {
    kind: 'webhook',
    title: 'Webhooks in',
    unit: 'webhooks',
    badly: 'refused',
    marks: { accepted: 'well', repeated: 'well', refused: 'badly', unavailable: 'badly' },
  },
  {
    kind: 'dispatch',
    title: 'Events out',
    unit: 'dispatches',
    badly: 'not acknowledged',
    marks: { acknowledged: 'well', failed: 'badly', dead: 'badly' },
  },
]

export interface Counts {
  readonly well: number
  readonly other: number
  readonly badly: number
}

const hours = 24
const hourMs = 3_600_000
const [width, height, gap] = [288, 48, 2]

/** Counts a series by the hour: 24 of them, the last one with `now` in it. */
export function hoursOf({ marks }: Pick<ChartOf, 'marks'>, { points }: Pick<Series, 'points'>, now: number): Counts[] {
  const first = firstHour(now)
  const counted = Array.from({ length: hours }, () => ({ well: 0, other: 0, badly: 0 }))
  for (const { at, outcome, count } of points) {
    const hour = counted[Math.floor((at.getTime() - first) / hourMs)]
    if (hour) hour[marks[outcome] ?? 'other'] += count
  }
  return counted
}

/** `series`: of the last day; `null`: it cannot be read. */
export function drawChart(chart: ChartOf, series: Series | null, now: number): Html {
  const { title, badly } = chart
  if (series === null)
    return html`<div class="card chart"><h3>${title}</h3><p class="quiet">It cannot be read right now.</p></div>`
  const counted = hoursOf(chart, series, now)
  const sum = (mark: Mark) => counted.reduce((total, hour) => total + hour[mark], 0)
  const [all, wrong] = [sum('well') + sum('other') + sum('badly'), sum('badly')]
  const most = Math.max(...counted.map(totalOf), 1)
  return html`<div class="card chart">
<h3>${title}</h3>
<p><strong class="figure">${figure(all)}</strong></p>
<p class="${wrong > 0 ? 'bad-text' : 'quiet'}">${wrong > 0 ? figure(wrong) : 'none'} ${badly}</p>
<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${sentenceOf(chart, counted, now)}">
${all === 0 ? html`<rect class="none" x="0" y="${height - 1}" width="${width}" height="1"></rect>` : counted.map((hour, index) => drawBar(hour, index, most))}
</svg>
<p class="axis quiet" aria-hidden="true"><span>24 h ago</span><span>now</span></p>
${all === 0 ? '' : drawTable(chart, counted, now)}
</div>`
}

function drawTable({ kind, title, unit, badly }: ChartOf, counted: readonly Counts[], now: number): Html {
  const texts = textsIn(null)
  const rows = counted
    .map((hour, index) => ({ hour, at: new Date(firstHour(now) + index * hourMs) }))
    .filter(({ hour }) => totalOf(hour) > 0)
    .reverse()
  return html`<details id="table-${kind}"><summary>By the hour</summary><div class="scroll" tabindex="0" role="group" aria-label="${title} by the hour"><table>
<thead><tr><th scope="col">From (UTC)</th><th scope="col">All ${unit}</th><th scope="col">${capital(badly)}</th></tr></thead>
<tbody>${rows.map(({ hour, at }) => html`<tr><td>${texts.clock(at)}</td><td>${figure(totalOf(hour))}</td><td>${figure(hour.badly)}</td></tr>`)}</tbody>
</table></div></details>`
}

function drawBar(hour: Counts, index: number, most: number): Html {
  const step = width / hours
  const heightOf = (count: number) => (count === 0 ? 0 : Math.max((count / most) * (height - 2), 2))
  let y = height
  // From the ground up.
  const pieces = (['well', 'other', 'badly'] as const).map((mark) => {
    const tall = heightOf(hour[mark])
    y -= tall
    return tall === 0
      ? ''
      : html`<rect class="${mark}" x="${index * step + gap / 2}" y="${Math.max(y, 0).toFixed(1)}" width="${step - gap}" height="${tall.toFixed(1)}"></rect>`
  })
  return html`${pieces}`
}

function sentenceOf({ title, unit, badly }: ChartOf, counted: readonly Counts[], now: number): string {
  const all = counted.reduce((total, hour) => total + totalOf(hour), 0)
  if (all === 0) return `${title}: none in the last 24 hours.`
  const wrong = counted.reduce((total, hour) => total + hour.badly, 0)
  const most = counted.reduce(
    (found, hour, index) => (totalOf(hour) > totalOf(counted[found] ?? hour) ? index : found),
    0,
  )
  const at = textsIn(null).clock(new Date(firstHour(now) + most * hourMs))
  return `${title}: ${figure(all)} ${unit} in the last 24 hours, ${figure(wrong)} ${badly}; the most in the hour from ${at} UTC.`
}

function firstHour(now: number): number {
  return (Math.floor(now / hourMs) - hours + 1) * hourMs
}

function totalOf({ well, other, badly }: Counts): number {
  return well + other + badly
}

/** Such as `12,345`. */
export function figure(count: number): string {
  return count.toLocaleString('en-GB')
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
