// Inputs that are drawn: what a stranger may send, and what counts as a refusal in words of ours.

import assert from 'node:assert/strict'
import fc from 'fast-check'
import { PunctualError } from '../../src/core/errors.ts'
import type { Client } from '../../src/index.ts'
import { AwayError } from '../../src/oauth/away.ts'
import { calcom, calendly } from '../../src/providers/index.ts'
import { ApiError } from '../../src/server/api/request/problem.ts'

export const anyText: fc.Arbitrary<string> = fc.string({ unit: 'binary', maxLength: 200 })
export const anyJson: fc.Arbitrary<string> = fc.json({ maxDepth: 5 })

/** What a header can carry. */
export const headerText: fc.Arbitrary<string> = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
})

/** Pieces that parsers of addresses, cookies and headers give a meaning to, between pieces that they do not. */
export function pieces(...words: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...words) },
    { weight: 1, arbitrary: fc.string({ maxLength: 4 }) },
  )
  return fc.array(piece, { maxLength: 24 }).map((all) => all.join(''))
}

export const clients: readonly [Client, Client] = [
  calendly({ clientId: 'id', clientSecret: 's', scopes: ['users:read'], webhookKeys: ['key'] }),
  calcom({ clientId: 'id', clientSecret: 's', scopes: ['PROFILE_READ'] }),
]

/** Returns what it returns; `undefined` where it refuses in words of ours. */
export function ours<Result>(run: () => Result): Result | undefined {
  try {
    return run()
  } catch (error) {
    assert.ok(
      [PunctualError, ApiError, AwayError].some((one) => error instanceof one),
      String(error),
    )
    return undefined
  }
}
