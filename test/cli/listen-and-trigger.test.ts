import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { createSandbox } from '../../src/sandbox/index.ts'
import { startReceiver } from '../support/receiver.ts'
import { browse, connect } from './browse.ts'
import { emptyFolder, run, startCommand, startDev } from './start.ts'

const secretLine = /^(whsec_\S+) {2}signs what goes to /m

describe('listen and trigger', { concurrency: 2 }, () => {
  test('what the product reports is passed on, signed by the secret that is printed, and taken from nobody', async (t) => {
    const receiver = await startReceiver(t)
    const folder = emptyFolder()
    const dev = await startDev(folder)
    const settings = { PUNCTUAL_DATA: join(folder, 'data') }
    const listening = startCommand(['listen', '--forward-to', receiver.url], settings, folder)
    const [, secret = ''] = await listening.until(secretLine)
    await listening.until(/Stop with Ctrl\+C/)
    await connect(browse(), dev.page, 'calendly')
    await receiver.until(1)
    await listening.until(/connection\.created {2}evt_\S+ {2}taken$/m)
    const [received] = receiver.received
    const event = new Webhook(secret).verify(received?.body ?? '', received?.headers ?? {}) as { type: string }
    assert.equal(event.type, 'connection.created')
    const { code, stderr } = await listening.stop('SIGINT')
    assert.deepEqual([code, stderr], [0, ''])
    assert.equal(statSync(join(folder, 'data/listen.secret')).mode & 0o077, 0)
    const again = startCommand(['listen', '--forward-to', receiver.url, '--json'], settings, folder)
    const [first] = await again.until(/^.*\n/)
    assert.equal((JSON.parse(first) as { secret: string }).secret, secret)
    await again.stop()
    await dev.stop()
  })

  test('what the sandbox sends is passed on byte for byte, and trigger makes it send', async (t) => {
    const sandbox = await createSandbox()
    t.after(() => sandbox.close())
    const receiver = await startReceiver(t)
    const folder = emptyFolder()
    const to = ['--sandbox', sandbox.url]
    const listening = startCommand(['listen', '--forward-to', receiver.url, ...to, '--account', 'eve'], {}, folder)
    const [, secret = ''] = await listening.until(secretLine)
    await listening.until(/It passes on the webhooks of eve \(calendly\), eve \(calcom\) of the sandbox/)

    const made = await run(['trigger', 'BOOKING_CREATED', ...to])
    assert.deepEqual([made.code, made.stderr], [0, ''])
    assert.match(made.stdout, /^✔ BOOKING_CREATED to http:\/\/127\.0\.0\.1:\d+\/calcom: 204$/m)
    const { webhooks, ...shown } = JSON.parse(
      (await run(['trigger', 'booking.cancelled', ...to, '--provider', 'calendly', '--json'])).stdout,
    )
    assert.deepEqual([shown.event, shown.provider], ['booking.cancelled', 'calendly'])
    assert.deepEqual(
      webhooks.map(({ event, status }: { event: string; status: number }) => [event, status]),
      [
        ['invitee.created', 204],
        ['invitee.canceled', 204],
      ],
    )
    const declined = await run(['trigger', 'booking.declined', ...to, '--json'])
    assert.deepEqual(
      JSON.parse(declined.stdout).webhooks.map(({ event }: { event: string }) => event),
      ['BOOKING_REQUESTED', 'BOOKING_REJECTED'],
    )
    const [atCalcom, atCalendly] = receiver.received
    const digest = (text: string) => createHmac('sha256', secret).update(text).digest('hex')
    assert.equal(atCalcom?.headers['x-cal-signature-256'], digest(atCalcom?.body ?? ''))
    const [, time, v1] = /^t=(\d+),v1=(\w+)$/.exec(atCalendly?.headers['calendly-webhook-signature'] ?? '') ?? []
    assert.equal(v1, digest(`${time}.${atCalendly?.body}`))

    const { code } = await listening.stop()
    assert.equal(code, 0)
    const left = await (await fetch(`${sandbox.url}/control/webhooks`)).json()
    assert.deepEqual((left as { subscriptions: unknown[] }).subscriptions, [], 'its subscriptions end with it')
    const nobody = await run(['trigger', 'booking.created', ...to])
    assert.equal(nobody.code, 1)
    assert.match(nobody.stdout, /^! No webhook was sent: nobody is subscribed for ada\./m)
  })

  test('wrong arguments end with 2, a sandbox that is away and a person that it does not know with 1', async (t) => {
    const sandbox = await createSandbox()
    t.after(() => sandbox.close())
    const here = ['--sandbox', sandbox.url]
    const cases: readonly (readonly [words: string[], code: number, sentence: RegExp])[] = [
      [['listen'], 2, /^--forward-to is missing: /],
      [
        ['listen', '--forward-to', 'http://app.example.com/x'],
        2,
        /^--forward-to must be http on this machine, or https/,
      ],
      [
        ['listen', '--forward-to', 'http://localhost:1', '--account', 'ada'],
        2,
        /^--account chooses a person of the sandbox/,
      ],
      [['listen', '--forward-to', 'http://localhost:1'], 1, /^There is no database /],
      [
        ['listen', '--forward-to', 'http://localhost:1', ...here, '--account', 'zoe'],
        1,
        /^The sandbox has no person zoe/,
      ],
      [
        ['trigger', 'booking.created', '--sandbox', 'http://127.0.0.1:9'],
        1,
        /^No sandbox answers at http:\/\/127\.0\.0\.1:9: /,
      ],
      [['trigger', 'booking.created', '--sandbox', 'here'], 2, /^--sandbox is not an address/],
      [['trigger', 'booking.created', ...here, '--account', 'zoe'], 1, /^The sandbox says: /],
      [
        ['trigger', 'BOOKING_CREATED', ...here, '--provider', 'calendly'],
        2,
        /^BOOKING_CREATED is an event of calcom alone/,
      ],
      [['trigger', 'booking.moved', ...here], 2, /^error: command-argument value 'booking\.moved' is invalid/],
    ]
    for (const [words, code, sentence] of cases) {
      const ended = await run(words)
      assert.deepEqual([ended.code, ended.stdout], [code, ''], words.join(' '))
      assert.match(ended.stderr, sentence)
    }
  })
})
