// What a check has found, and how several findings of one check become one.

import type { OpenFile } from '../../settings/secret-files.ts'

/**
 * `ok`: it works. `wrong`: it does not, and `fix` says what to do. `unknown`: it cannot be known from here; `message`
 * says why, `fix` how a person can find out.
 */
export interface Finding {
  readonly kind: 'ok' | 'wrong' | 'unknown'
  readonly message: string
  readonly fix: string | null
}

export function ok(message: string): Finding {
  return { kind: 'ok', message, fix: null }
}

export function wrong(message: string, fix: string): Finding {
  return { kind: 'wrong', message, fix }
}

/** `because`: the rest of "Cannot be known from here, because …". */
export function unknown(because: string, fix: string | null = null): Finding {
  return { kind: 'unknown', message: `Cannot be known from here, because ${because}`, fix }
}

/** A file of this user is wrong; one that somebody else has put there is told. */
export function ofOpenFile({ message, fix, isOwn }: OpenFile): Finding {
  return isOwn ? wrong(message, fix) : ok(`${message} ${fix}`)
}

/**
 * Returns one finding for several: what is wrong hides what works, and both hide nothing of each other's kind. Without any,
 * `otherwise` holds.
 */
export function together(findings: readonly Finding[], otherwise: Finding): Finding {
  const wrongs = findings.filter(({ kind }) => kind === 'wrong')
  if (wrongs.length > 0) return joined('wrong', wrongs)
  const unknowns = findings.filter(({ kind }) => kind === 'unknown')
  if (unknowns.length > 0) return joined('unknown', [...findings.filter(({ kind }) => kind === 'ok'), ...unknowns])
  return findings.length === 0 ? otherwise : joined('ok', findings)
}

function joined(kind: Finding['kind'], findings: readonly Finding[]): Finding {
  const fixes = [...new Set(findings.flatMap(({ fix }) => (fix === null ? [] : [fix])))]
  return {
    kind,
    message: [...new Set(findings.map(({ message }) => message))].join(' '),
    fix: fixes.length === 0 ? null : fixes.join(' '),
  }
}

/** "1 value", "3 values". */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** A duration in its largest whole unit. */
export function spanOf(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000)
  if (seconds < 120) return counted(seconds, 'second')
  const minutes = Math.round(seconds / 60)
  if (minutes < 120) return counted(minutes, 'minute')
  const hours = Math.round(minutes / 60)
  return hours < 72 ? counted(hours, 'hour') : counted(Math.round(hours / 24), 'day')
}
