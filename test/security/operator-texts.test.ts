// What providers, people and receivers have written, on every page of the operator's: names, addresses, event types, error
// words, bodies of webhooks, links to meetings.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { drawObstacle } from '../../src/dashboard/change-forms.ts'
import { type Happened, letHappen, type OperatorStage, pathsOf, setOperatorStage } from '../pages/operator-stage.ts'

let stage: OperatorStage
let happened: Happened
const script = 'javascript:alert(1)//'
let changed = 0

/** A provider that has been taken over: each link and each name in its answers about bookings is an attack. */
async function hostile(answer: Response): Promise<Response> {
  const isJson = answer.headers.get('content-type')?.includes('json') ?? false
  if (!isJson) return answer
  const text = JSON.stringify(await answer.json(), (name, value: unknown) => {
    if (name === 'location' && value !== null && typeof value === 'object') return { ...value, join_url: script }
    if (typeof value !== 'string') return value
    if (/^(join_url|cancel_url|reschedule_url|meetingUrl|location)$/.test(name)) {
      changed++
      return script
    }
    if (name === 'title' || name === 'slug') return `"><script>alert('${name}')</script>`
    return value
  })
  const headers = new Headers(answer.headers)
  headers.delete('content-length')
  return new Response(text, { status: answer.status, headers })
}

before(async () => {
  stage = await setOperatorStage({ answered: hostile })
  happened = await letHappen(stage)
})

after(() => stage?.close())

test('no text of others is an element, an attribute or a link that runs something', async () => {
  const { text: bookings } = await stage.ask(`/connections/${happened.working}/bookings`)
  const ofBookings = [...bookings.matchAll(/href="([^"]+\?booking=[^"]+)"/g)].map(([, href = '']) => href)
  assert.ok(ofBookings.length >= 2, 'a booking can be moved and cancelled')
  for (const path of [...pathsOf(happened), ...ofBookings]) {
    const { text } = await stage.ask(path)
    assert.doesNotMatch(text, /<(img|iframe|object|embed|base|meta http-equiv|svg onload)/i, path)
    const names = text.replace(/"[^"]*"/g, '""')
    assert.doesNotMatch(names, /<[a-z][^>]*\s(on\w+|style)=/i, `${path} has an attribute that runs something`)
    assert.deepEqual(
      [...text.matchAll(/<script[^>]*>/g)].map(([tag]) => tag),
      ['<script src="/dashboard.js" defer>'],
      path,
    )
    for (const [, href = ''] of text.matchAll(/(?:href|action|src)="([^"]*)"/g))
      assert.match(href.replaceAll('&amp;', '&'), /^(\/(?!\/)|#|https?:\/\/)/, `${path} leads to ${href}`)
  }
  assert.ok(changed > 0, 'the provider has sent links that run something')
})

test('every page forbids what its text does not have: scripts and styles of its own, other sites, other bases', async () => {
  for (const path of pathsOf(happened)) {
    const answer = await stage.askWhole(path)
    const policy = new Map(
      (answer.headers.get('content-security-policy') ?? '').split('; ').map((one) => {
        const [name = '', ...sources] = one.split(' ')
        return [name, sources.join(' ')] as const
      }),
    )
    assert.deepEqual(
      ['default-src', 'script-src', 'style-src', 'connect-src', 'img-src', 'base-uri', 'frame-ancestors'].map((name) =>
        policy.get(name),
      ),
      ["'none'", "'self'", "'self'", "'self'", "'self'", "'none'", "'none'"],
      path,
    )
  }
})

test('a page of an attendee’s that runs something is not linked', () => {
  const drawn = (url: string) =>
    String(drawObstacle({ yes: false, because: 'provider', note: 'Not here.', instead: { url } }, 'No.'))
  assert.doesNotMatch(drawn(script), /<a/)
  assert.match(drawn('https://calendly.example/reschedulings/1'), /<a href="https:/)
})
