// Where a person may be sent back to, beyond the origin of `baseUrl`.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startConnectPage } from '../support/connect-page.ts'

const request = { owner: 'ada', returnTo: '/settings' }

test('a listed address without a query allows any, one with a query itself alone, and neither what lies below', async (t) => {
  const returnTo = ['https://app.example.com/done', 'https://app.example.com/exact?a=1']
  const { connectSessions } = (await startConnectPage(t, { returnTo })).punctual
  for (const allowed of [...returnTo, 'https://app.example.com/done?order=7&tab=2', 'https://app.example.com/done#top'])
    assert.equal((await connectSessions.create({ ...request, returnTo: allowed })).returnTo, allowed)
  for (const refused of [
    'https://app.example.com/done/',
    'https://app.example.com/done/more',
    'https://app.example.com/',
    'https://app.example.com/exact',
    'https://app.example.com/exact?a=1&b=2',
    'https://app.example.com/exact?a=2',
    'http://app.example.com/done',
    'https://app.example.com:444/done',
    'https://app.example.com.evil.example/done',
    'https://user@app.example.com/done',
  ])
    await assert.rejects(
      connectSessions.create({ ...request, returnTo: refused }),
      { code: 'invalid_argument' },
      refused,
    )
})
