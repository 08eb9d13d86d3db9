// A small writer of line charts as SVG: readable on a light and on a dark page, with nothing loaded from elsewhere.

export interface Axis {
  readonly label: string
  readonly isLog?: boolean
  /** Where a linear axis begins. Default 0. */
  readonly from?: number
}

export interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
  readonly isDashed?: boolean
}

export interface Chart {
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
}

interface Scale {
  readonly ticks: readonly number[]
  place(value: number): number
}

const [width, height] = [720, 400]
const plot = { left: 76, right: 24, top: 52, bottom: 84 }
// Each with at least 3:1 of contrast on white and on the dark background below.
const colours = ['#3b82f6', '#ea580c', '#16a34a', '#c026d3', '#0891b2', '#dc2626', '#8b7500', '#7c72f0']
const styles = `
  svg { font: 13px system-ui, sans-serif; }
  .paper { fill: #ffffff } .text { fill: #1f2937 } .faint { fill: #4b5563 } .grid { stroke: #d9dee5 } .axis { stroke: #6b7280 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0f1720 } .text { fill: #e5e9ef } .faint { fill: #aab4c0 } .grid { stroke: #2a3542 } .axis { stroke: #8a95a3 }
  }`

/** Returns the chart as a document of SVG. */
export function chart({ title, x, y, series }: Chart): string {
  const points = series.flatMap((one) => one.points)
  const rows = Math.ceil(series.length / columnsOf(series))
  const bottom = height - plot.bottom - (rows - 1) * 18
  const across = scale(
    x,
    points.map(([value]) => value),
    plot.left,
    width - plot.right,
  )
  const up = scale(
    y,
    points.map(([, value]) => value),
    bottom,
    plot.top,
  )
  const body = [
    `<title>${escaped(title)}</title>`,
    `<style>${styles}</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="6"/>`,
    text(title, plot.left, 28, 'text', 'start', ' font-weight="600" font-size="15"'),
    ...up.ticks.map(
      (tick) =>
        grid(plot.left, up.place(tick), width - plot.right, up.place(tick)) +
        text(label(tick), plot.left - 8, up.place(tick) + 4, 'faint', 'end'),
    ),
    ...across.ticks.map(
      (tick) =>
        grid(across.place(tick), plot.top, across.place(tick), bottom) +
        text(label(tick), across.place(tick), bottom + 18, 'faint', 'middle'),
    ),
    `<path class="axis" fill="none" d="M${plot.left} ${plot.top}V${bottom}H${width - plot.right}"/>`,
    text(x.label, (plot.left + width - plot.right) / 2, bottom + 38, 'text', 'middle'),
    `<g transform="translate(18 ${(plot.top + bottom) / 2}) rotate(-90)">${text(y.label, 0, 0, 'text', 'middle')}</g>`,
    ...series.map((one, index) => line(one, across, up, colourOf(index))),
    ...legend(series, bottom + 60),
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">\n${body.join('\n')}\n</svg>\n`
}

function colourOf(index: number): string {
  return colours[index % colours.length] ?? ''
}

function scale({ isLog, from = 0 }: Axis, values: readonly number[], start: number, end: number): Scale {
  const shown = values.filter((value) => Number.isFinite(value) && (!isLog || value > 0))
  const [least, most] = shown.length === 0 ? [1, 10] : [Math.min(...shown), Math.max(...shown)]
  if (isLog) {
    const [low, high] = logRange(least, most)
    return {
      ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
      place: (value) => round(start + ((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)) * (end - start)),
    }
  }
  const step = stepOf(most - from)
  const top = from + Math.max(1, Math.ceil((most - from) / step - 1e-9)) * step
  return {
    ticks: Array.from({ length: Math.round((top - from) / step) + 1 }, (_, index) => from + index * step),
    place: (value) => round(start + ((value - from) / (top - from)) * (end - start)),
  }
}

/** Whole powers of ten around the values, at least one apart. */
function logRange(least: number, most: number): [number, number] {
  const low = Math.floor(Math.log10(least) + 1e-9)
  return [low, Math.max(low + 1, Math.ceil(Math.log10(most) - 1e-9))]
}

/** 1, 2 or 5 times a power of ten: about five ticks. */
function stepOf(span: number): number {
  const rough = Math.max(span, 1e-9) / 5
  const size = 10 ** Math.floor(Math.log10(rough))
  return size * ([1, 2, 5].find((times) => times * size >= rough) ?? 10)
}

function line({ points, isDashed }: Series, x: Scale, y: Scale, colour: string): string {
  const drawn = points.filter(([, value]) => Number.isFinite(value))
  const path = drawn.map(([a, b], index) => `${index === 0 ? 'M' : 'L'}${x.place(a)} ${y.place(b)}`).join('')
  const marks =
    drawn.length > 40
      ? ''
      : drawn.map(([a, b]) => `<circle cx="${x.place(a)}" cy="${y.place(b)}" r="3.5" fill="${colour}"/>`).join('')
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2" stroke-linejoin="round"${dashes(isDashed)}/>${marks}`
}

const dashes = (isDashed: boolean | undefined): string => (isDashed ? ' stroke-dasharray="6 3"' : '')

const columnsOf = (series: readonly Series[]): number => (series.length <= 2 ? series.length : 2)

function legend(series: readonly Series[], top: number): string[] {
  const columns = Math.max(1, columnsOf(series))
  const wide = (width - plot.left - plot.right) / columns
  return series.map(({ name, isDashed }, index) => {
    const left = round(plot.left + (index % columns) * wide)
    const y = top + Math.floor(index / columns) * 18
    return `<path d="M${left} ${y - 4}h18" stroke="${colourOf(index)}" stroke-width="3"${dashes(isDashed)}/>${text(name, left + 24, y, 'text', 'start')}`
  })
}

function grid(x1: number, y1: number, x2: number, y2: number): string {
  return `<path class="grid" d="M${x1} ${y1}L${x2} ${y2}"/>`
}

function text(content: string, x: number, y: number, kind: string, anchor: string, more = ''): string {
  return `<text class="${kind}" x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${more}>${escaped(content)}</text>`
}

function label(value: number): string {
  if (value >= 1_000_000) return `${trimmed(value / 1_000_000)} M`
  if (value >= 1000) return `${trimmed(value / 1000)} k`
  return trimmed(value)
}

const trimmed = (value: number): string => String(Number(value.toPrecision(3)))
const round = (value: number): number => Math.round(value * 10) / 10

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
