// The port of the last sandbox of `punctual dev`: the next run asks for it again, and the other commands find the sandbox by it.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export function sandboxPortFile(data: string): string {
  return join(data, 'sandbox.port')
}

/** 0: there was none. */
export function earlierSandboxPort(data: string): number {
  try {
    const text = readFileSync(sandboxPortFile(data), 'utf8').trim()
    return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : 0
  } catch {
    return 0
  }
}
