// Counters and histograms, and the text in which Prometheus reads them. docs/decisions/dependencies.md says why this is not
// a library.

/** By name; each name that was declared for the metric, and no other. */
export type Labels = Readonly<Record<string, string>>

export interface Counter {
  add(labels: Labels): void
}

export interface Histogram {
  /** In the unit of the metric's name. */
  observe(labels: Labels, value: number): void
}

export interface Registry {
  counter(name: string, help: string): Counter
  /** `bounds`: the upper bounds of the buckets, in growing order, without infinity. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram
  text(): string
}

/** Labels are bounded by what they are; this is for a mistake in that. A metric keeps no more series. */
const mostSeries = 1000

/** @see {@link https://prometheus.io/docs/instrumenting/exposition_formats/ Prometheus, exposition formats} */
export function createRegistry(): Registry {
  const metrics: (() => string)[] = []
  return {
    counter(name, help) {
      const series = createSeries(() => ({ value: 0 }))
      metrics.push(() =>
        described(
          name,
          help,
          'counter',
          series.lines(([labels, { value }]) => line(name, labels, value)),
        ),
      )
      return {
        add(labels) {
          const one = series.of(labels)
          if (one) one.value++
        },
      }
    },
    histogram(name, help, bounds) {
      const series = createSeries(() => ({ counts: bounds.map(() => 0), count: 0, sum: 0 }))
      metrics.push(() =>
        described(
          name,
          help,
          'histogram',
          series.lines(([labels, { counts, count, sum }]) =>
            [
              ...bounds.map((bound, at) => line(`${name}_bucket`, [...labels, ['le', String(bound)]], counts[at] ?? 0)),
              line(`${name}_bucket`, [...labels, ['le', '+Inf']], count),
              line(`${name}_sum`, labels, sum),
              line(`${name}_count`, labels, count),
            ].join(''),
          ),
        ),
      )
      return {
        observe(labels, value) {
          const one = series.of(labels)
          if (!one) return
          one.count++
          one.sum += value
          // A bucket counts what lies in the smaller ones too.
          for (let at = bounds.length - 1; at >= 0 && value <= (bounds[at] as number); at--)
            one.counts[at] = (one.counts[at] ?? 0) + 1
        },
      }
    },
    text: () => metrics.map((metric) => metric()).join(''),
  }
}

/** The text of a metric whose values are known at once. */
export function gauge(
  name: string,
  help: string,
  values: readonly (readonly [labels: Labels, value: number])[],
): string {
  return described(name, help, 'gauge', values.map(([labels, value]) => line(name, pairsOf(labels), value)).join(''))
}

type Pairs = readonly (readonly [name: string, value: string])[]

interface Series<Value> {
  /** `null` for a new series of a metric that has too many. */
  of(labels: Labels): Value | null
  lines(text: (one: readonly [labels: Pairs, value: Value]) => string): string
}

function createSeries<Value>(empty: () => Value): Series<Value> {
  const known = new Map<string, readonly [Pairs, Value]>()
  return {
    of(labels) {
      const pairs = pairsOf(labels)
      const key = JSON.stringify(pairs)
      const found = known.get(key)
      if (found) return found[1]
      if (known.size >= mostSeries) return null
      const value = empty()
      known.set(key, [pairs, value])
      return value
    },
    lines: (text) => [...known.values()].map(text).join(''),
  }
}

const pairsOf = (labels: Labels): Pairs => Object.entries(labels)

function described(name: string, help: string, type: string, lines: string): string {
  const escaped = help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')
  return `# HELP ${name} ${escaped}\n# TYPE ${name} ${type}\n${lines}`
}

function line(name: string, labels: Pairs, value: number): string {
  const texts = labels.map(([label, text]) => `${label}="${escapeLabel(text)}"`)
  return `${name}${texts.length === 0 ? '' : `{${texts.join(',')}}`} ${value}\n`
}

function escapeLabel(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
}
