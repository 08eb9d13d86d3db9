// Attacks on the sign-in of the operator's pages: a session that was not made here, one that somebody else has planted, and
// keys that are guessed.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connection, cookieIn, startOperatorPlace } from './operator-place.ts'

const hourMs = 3_600_000

test('a sign-in makes a session of its own, whatever the browser has shown before', async (t) => {
  const place = await startOperatorPlace(t)
  const other = await place.punctual.apiKeys.create({ name: 'mallory', scopes: ['admin'] })
  const planted = await place.signIn(other.key)
  const answer = await place.ask('/sign-in', { form: { key: place.admin.key, to: '' }, cookie: planted })
  const made = cookieIn(answer)
  assert.notEqual(made, planted)
  assert.match(await (await place.ask('', { cookie: made })).text(), /night shift \(/)
  assert.notEqual(made, await place.signIn(), 'no two sign-ins have one session')
})

test('a session that was not sealed here, for this place, or was changed, does not count', async (t) => {
  const place = await startOperatorPlace(t)
  const session = { key: place.admin.key, endsAt: Date.now() + hourMs, unlockedUntil: Date.now() + hourMs }
  const name = '__Host-punctual_operator='
  const good = `${name}${place.seal('session', session)}`
  assert.equal((await place.ask('', { cookie: good })).status, 200, 'it is a session but for what is changed below')
  const [head = '', body = ''] = [good.slice(0, -12), good.slice(-12)]
  const bad = [
    `${name}${JSON.stringify(session)}`,
    `${name}${Buffer.from(JSON.stringify(session)).toString('base64url')}`,
    `${name}${place.seal('another place', session)}`,
    `${head}${[...body].reverse().join('')}`,
    `${name}${place.seal('session', { ...session, endsAt: Date.now() - hourMs })}`,
    `${name}${place.seal('session', { ...session, key: `${place.admin.key}x` })}`,
    `${name}${place.seal('session', { ...session, endsAt: 'never' })}`,
  ]
  for (const cookie of bad) {
    assert.equal((await place.ask('', { cookie })).status, 303, cookie.slice(0, 60))
    assert.equal((await place.ask(`/connections/${connection}/disconnect`, { form: {}, cookie })).status, 401)
  }
})

test('a cookie that a sister domain or another path has tossed in does not sign a person in', async (t) => {
  const safe = await startOperatorPlace(t)
  const mine = await safe.signIn()
  // A browser takes the name with the prefix from this host alone. Without the prefix, or beside it, it counts nothing.
  const tossed = mine.replace('__Host-', '')
  assert.equal((await safe.ask('', { cookie: tossed })).status, 303)
  assert.equal((await safe.ask('', { cookie: `${tossed}; ${mine}` })).status, 200)

  const plain = await startOperatorPlace(t, 'http://localhost:4600')
  const mallory = await plain.punctual.apiKeys.create({ name: 'mallory', scopes: ['admin'] })
  const [own, planted] = [await plain.signIn(), await plain.signIn(mallory.key)]
  assert.equal((await plain.ask('', { cookie: own })).status, 200)
  for (const cookie of [`${planted}; ${own}`, `${own}; ${planted}`])
    assert.equal((await plain.ask('', { cookie })).status, 303, 'nobody acts in the name of the other key')
})

test('a stolen session unlocks nothing for longer than ten minutes, and ends with its key', async (t) => {
  const place = await startOperatorPlace(t)
  const unlocked = await place.unlock(await place.signIn())
  const link = `/connections/${connection}/link`
  assert.equal((await place.ask(link, { form: {}, cookie: unlocked })).status, 200)
  place.aheadMs = 600_001
  assert.equal((await place.ask(link, { form: {}, cookie: unlocked })).status, 403)
  assert.equal((await place.ask('', { cookie: unlocked })).status, 200)
  await place.punctual.apiKeys.revoke(place.admin.id)
  assert.equal((await place.ask('', { cookie: unlocked })).status, 303)
  place.aheadMs = 2 * hourMs
  assert.equal((await place.ask('', { cookie: await place.signIn() })).status, 303)
})

test('a person who guesses keys learns nothing, and is seen in the audit, which keeps its room', async (t) => {
  const place = await startOperatorPlace(t)
  assert.ok(place.admin.key.length >= 40, 'a key is too long to be guessed')
  const { key: small } = await place.punctual.apiKeys.create({ name: 'small', scopes: ['calls'] })
  const refused = await place.ask('/sign-in', { form: { key: small, to: '' } })
  assert.equal(refused.status, 401)
  const answers = new Set<string>()
  for (let guess = 0; guess < 30; guess++) {
    const key = `pk_${place.admin.id}_${'guess'.repeat(8)}${guess}`
    const answer = await place.ask('/sign-in', { form: { key, to: '' } })
    assert.deepEqual([answer.status, answer.headers.get('set-cookie')], [401, null])
    answers.add(await answer.text())
  }
  assert.equal(answers.size, 1, 'the answer does not tell a wrong key from one that does not exist')
  assert.equal(
    await place.ask('/sign-in', { form: { key: 'pk_x', to: '' } }).then((one) => one.text()),
    [...answers][0],
  )

  const { items } = await place.punctual.operator.audit()
  const seen = items.filter(({ action }) => action === 'sign_in')
  assert.equal(seen.length, 5)
  assert.deepEqual(new Set(seen.map(({ outcome }) => outcome)), new Set(['refused']))
  assert.match(seen.at(-1)?.actor ?? '', /^small \(/)
  assert.deepEqual(
    new Set(seen.slice(0, -1).map(({ actor, subject }) => `${actor} ${subject}`)),
    new Set(['nobody unknown key']),
  )
  assert.doesNotMatch(JSON.stringify(items), /guess/)
  place.aheadMs = hourMs
  await place.ask('/sign-in', { form: { key: 'pk_x', to: '' } })
  assert.equal((await place.punctual.operator.audit()).items.length, 6)
})
