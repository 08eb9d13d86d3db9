// Whether a process that goes on working holds on to what it no longer needs: memory and open handles (Linux).

import { readdirSync, readFileSync } from 'node:fs'

export interface Sample {
  readonly megabytes: number
  readonly handles: number
}

export function sampleOf(pid: number): Sample {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return {
    megabytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024,
    handles: readdirSync(`/proc/${pid}/fd`).length,
  }
}

export interface Growth {
  /** The medians of the second quarter of the samples, and of the last. */
  readonly before: Sample
  readonly after: Sample
}

export function growthOf(samples: readonly Sample[]): Growth {
  const quarter = Math.floor(samples.length / 4)
  return { before: medianOf(samples.slice(quarter, 2 * quarter)), after: medianOf(samples.slice(-quarter)) }
}

function medianOf(samples: readonly Sample[]): Sample {
  const middle = (values: number[]) => values.sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
  return {
    megabytes: middle(samples.map(({ megabytes }) => megabytes)),
    handles: middle(samples.map(({ handles }) => handles)),
  }
}
