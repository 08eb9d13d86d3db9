// Medians, percentiles, and how a number is written.

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: percentile(values, 50), min: Math.min(...values), max: Math.max(...values) }
}

/** The value that `percent` of the values do not exceed; between two values, the mean by distance. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = ((sorted.length - 1) * percent) / 100
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}

/** Three digits that say something, with commas between thousands: `103,000`, `7.46`, `0.059`. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (Number.isInteger(value) && Math.abs(value) < 1000) return String(value)
  const size = Math.floor(Math.log10(Math.abs(value)))
  const unit = 10 ** (size - 2)
  const rounded = Math.round(value / unit) * unit
  return rounded.toLocaleString('en', {
    minimumFractionDigits: Math.min(Math.max(0, 2 - size), 4),
    maximumFractionDigits: Math.min(Math.max(0, 2 - size), 4),
  })
}

/** The median, with the least and the greatest value where they differ. */
export function spread({ median, min, max }: Spread): string {
  return min === max ? digits(median) : `${digits(median)} (${digits(min)}–${digits(max)})`
}
