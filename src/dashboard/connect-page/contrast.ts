// Keeps a colour of somebody's choice readable.

/** Red, green and blue, 0 to 255. */
type Rgb = readonly [red: number, green: number, blue: number]

/** Reads `#rgb` or `#rrggbb`. */
function parse(colour: string): Rgb {
  const digits = colour.length === 4 ? colour.replace(/[^#]/g, '$&$&') : colour
  const part = (at: number) => Number.parseInt(digits.slice(at, at + 2), 16)
  return [part(1), part(3), part(5)]
}

function format(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`
}

/** @see {@link https://www.w3.org/TR/WCAG22/#dfn-relative-luminance WCAG 2.2, relative luminance} */
function luminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** @see {@link https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio WCAG 2.2, contrast ratio} */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(parse(one)), luminance(parse(other))].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

/** Black or white, whichever is easier to read on that colour: at least 4.5 to 1 on any. */
export function inkOn(colour: string): '#000000' | '#ffffff' {
  return contrast(colour, '#000000') > contrast(colour, '#ffffff') ? '#000000' : '#ffffff'
}

/** The colour, mixed with black or white only so far that it can be told from every ground: 4.5 to 1, as a text needs. */
export function legible(colour: string, grounds: readonly string[]): string {
  const end = inkOn(grounds[0] ?? '#ffffff')
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(colour, end, share)
    if (grounds.every((ground) => contrast(mixed, ground) >= 4.5)) return mixed
  }
  return end
}

/** `share` of the other colour, 0 to 1. */
export function mix(colour: string, other: string, share: number): string {
  const [one, two] = [parse(colour), parse(other)]
  return format([0, 1, 2].map((at) => (one[at] ?? 0) * (1 - share) + (two[at] ?? 0) * share) as unknown as Rgb)
}
