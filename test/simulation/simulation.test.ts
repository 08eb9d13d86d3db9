// Some hundred histories of the production code violate no rule, and a seed replays its history exactly. For many more:
// `npm run simulate -- --seeds 20000`.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { preloads } from '../support/preloads.ts'
import { runHistory } from './history.ts'

const histories = 120

test(`${histories} histories violate no rule`, async () => {
  let steps = 0
  for (let seed = 1; seed <= histories; seed++) {
    const { violation, steps: taken } = await runHistory(seed)
    assert.equal(violation, null, `seed ${seed}: ${violation?.rule}: ${violation?.message}`)
    steps += taken
  }
  assert.ok(steps / histories > 50, `a history has ${steps / histories} steps on average: too few to find anything`)
})

const withEscrow = 40

test(`${withEscrow} histories with an escrow, and a database that goes back, violate no rule`, async () => {
  for (let seed = 1; seed <= withEscrow; seed++) {
    const { violation } = await runHistory(seed, { escrow: true })
    assert.equal(violation, null, `seed ${seed}: ${violation?.rule}: ${violation?.message}`)
  }
})

test('a seed replays its history exactly', async () => {
  for (const seed of [1, 3, 77, 4242]) {
    const first = await runHistory(seed, { keep: true })
    const second = await runHistory(seed, { keep: true })
    assert.ok(first.transcript.length > 50)
    assert.equal(second.digest, first.digest)
    assert.notEqual(first.digest, (await runHistory(seed + 1, { keep: true })).digest)
  }
  const [first, second] = [
    await runHistory(3, { keep: true, escrow: true }),
    await runHistory(3, { keep: true, escrow: true }),
  ]
  assert.equal(second.digest, first.digest)
})

test('wrong arguments of the command end with a message and exit code 2', () => {
  const simulate = (...words: string[]) =>
    spawnSync(process.execPath, [...preloads, 'tools/simulate.ts', ...words], { encoding: 'utf8' })
  for (const wrong of [['--seeds', 'many'], ['--seed', '0'], ['--seed', '1', '--from', '2'], ['--speed'], ['7']]) {
    const { status, stderr } = simulate(...wrong)
    assert.equal(status, 2, wrong.join(' '))
    assert.match(stderr, /\w+ \w+/)
  }
  const right = simulate('--seed', '1')
  assert.equal(right.status, 0, right.stdout)
  assert.match(right.stdout, /1 histories ran in/)
})
