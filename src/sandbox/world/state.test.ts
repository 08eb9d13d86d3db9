import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CalendlyTokenRow, prune, type State } from './state.ts'

test('the state does not grow without end: the oldest dead tokens are deleted, live ones stay', () => {
  const state = {
    serial: 0,
    calendly: { codes: {}, tokens: {}, byToken: {} },
    calcom: { codes: {} },
  } as unknown as State
  for (let count = 0; count < 4096; count += 1) {
    const revokedAt = count === 5 ? null : count
    const row = { id: `row-${count}`, access: `a-${count}`, refresh: `r-${count}`, expiresAt: 1e9 }
    state.calendly.tokens[row.id] = {
      ...row,
      accessRevokedAt: revokedAt,
      refreshRevokedAt: revokedAt,
    } as CalendlyTokenRow
    state.calendly.byToken[row.access] = state.calendly.byToken[row.refresh] = row.id
    state.calendly.codes[`code-${count}`] = { expiresAt: count * 3_600_000 } as State['calendly']['codes'][string]
    prune(state, count * 3_600_000)
  }
  assert.equal(Object.keys(state.calendly.tokens).length, 1001)
  assert.equal(Object.keys(state.calendly.byToken).length, 2002)
  assert.ok('row-5' in state.calendly.tokens && 'row-4095' in state.calendly.tokens)
  assert.ok(Object.keys(state.calendly.codes).length < 300)
})
