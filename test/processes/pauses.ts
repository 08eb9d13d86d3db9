// A process is paused at one step after another of its work, for longer than its lease; meanwhile another process does the
// same work, or nobody does. When it goes on, nothing may be lost, and nothing presented that is no longer its own.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

import { cookieOf, type Host, setFault, startHost } from '../support/host.ts'
import { openStore, type Place } from './open-store.ts'
import type { PausedJob, PausedPlace } from './paused-worker.ts'
import { movedClock, writeMoved } from './shared-clock.ts'

export interface Pauses {
  readonly client: 'calendly' | 'calcom'
  /** By a signal, or by a loop in its own event loop. */
  readonly how: 'stopped' | 'blocked'
  /** Whether another process does the work while one is paused. */
  readonly rival: boolean
  /** How often every step is paused at. */
  readonly rounds: number
}

const profile = { calendly: '/users/me', calcom: '/v2/me' }
/** Seconds of a pause: longer than a lease, and than any deadline of a caller. */
const paused = 60

/** Pauses while one grant is refreshed, at every step from the first look to the stored answer. */
export async function pauseWhileRefreshing(t: TestContext, place: Place, folder: string, wish: Pauses): Promise<void> {
  const { host, holdAnswer, pass, quickly, run, end } = await startSetting(t, place, folder, wish)
  const connection = await host.connect(wish.client)
  for (let round = 0; round < wish.rounds; round++) {
    for (const at of steps()) {
      pass(3 * 3600)
      if (at === 'answered') await holdAnswer()
      host.forget()
      const running = run({ at, work: { kind: 'token', connection: connection.id } })
      if (!(await running.pauses())) break
      pass(paused)
      const meanwhile = wish.rival ? await quickly(connection.token().then(generationOf, codeOf)) : null
      const presented = host.tokenRequests()
      const said = await running.goOn()
      const step = `step ${at}, the paused one: ${JSON.stringify(said)}, the other: ${JSON.stringify(meanwhile)}`
      assert.ok('generation' in said || said.code === 'provider_unavailable', step)
      if (meanwhile !== null && 'generation' in meanwhile) {
        assert.equal(host.tokenRequests(), Math.max(1, presented), `nothing leaves afterwards: ${step}`)
        if ('generation' in said) assert.equal(said.generation, meanwhile.generation, step)
      }
      assert.equal((await connection.fetch(profile[wish.client])).status, 200, `nothing is lost: ${step}`)
      if (meanwhile === null) assert.equal(host.tokenRequests(), 1, `one presentation: ${step}`)
    }
  }
  await end()
}

/** Pauses while an account is connected, at every step from the callback to the attached connection. */
export async function pauseWhileConnecting(t: TestContext, place: Place, folder: string, wish: Pauses): Promise<void> {
  const { host, holdAnswer, pass, quickly, run, end } = await startSetting(t, place, folder, wish)
  for (let round = 0; round < wish.rounds; round++) {
    for (const at of steps()) {
      const { url, headers } = await host.punctual.begin({ client: wish.client, owner: 'ada', returnTo: '/done' })
      const address = (await host.sandbox.authorize({ url })).href
      const cookie = cookieOf(headers)
      const reload = () => host.punctual.handler(new Request(address, { headers: { cookie } }))
      if (at === 'answered') await holdAnswer()
      host.forget()
      const running = run({ at, work: { kind: 'callback', address, cookie } })
      if (!(await running.pauses())) break
      pass(paused)
      // The person does not wait, and reloads the page: what it says must be so.
      const told = wish.rival ? await quickly(reload()) : null
      await running.goOn()
      const outcome = new URL((await quickly(reload())).headers.get('location') ?? host.sandbox.url).searchParams
      const step = `step ${at}: ${outcome}, told meanwhile: ${told?.headers.get('location') ?? told?.status ?? 'nothing'}`
      if (told?.status === 303)
        assert.equal(new URL(told.headers.get('location') ?? '').search.slice(1), outcome.toString(), step)
      else assert.equal(outcome.get('punctual'), 'connected', step)
      assert.ok(host.tokenRequests() <= 1, `one exchange: ${step}`)
      if (outcome.get('punctual') !== 'connected') {
        assert.equal(outcome.get('reason'), 'interrupted', step)
        continue
      }
      const connection = await host.punctual.connections.get(outcome.get('connection') ?? '')
      assert.equal((await connection.fetch(profile[wish.client])).status, 200, step)
    }
  }
  await end()
}

function* steps(): Generator<PausedJob['at']> {
  yield 'connecting'
  yield 'answered'
  for (let step = 0; step < 60; step++) yield step
  throw new Error('the work never came to its end')
}

interface Running {
  /** Whether it has come to the step and is paused there; else the work is done. */
  pauses(): Promise<boolean>
  /** Lets it go on, once what the provider answers lies in its socket. What came of the work. */
  goOn(): Promise<{ generation: number } | { code: string; reason: string }>
}

async function startSetting(t: TestContext, place: Place, folder: string, wish: Pauses) {
  const time = join(folder, `time-${place.schema ?? ''}.json`)
  let ahead = 0
  writeMoved(time, { ahead, goOn: false })
  let answer = Promise.withResolvers<void>()
  const shared = movedClock(time)
  function pass(seconds: number): void {
    host.sandbox.clock.advance(seconds)
    ahead += seconds * 1000
    writeMoved(time, { ahead, goOn: false })
  }
  /** Lets the time pass forty times as fast while that work goes on. */
  async function quickly<Result>(work: Promise<Result>): Promise<Result> {
    const ticking = setInterval(() => pass(0.2), 5)
    return work.finally(() => clearInterval(ticking))
  }
  const host: Host = await startHost(
    t,
    {
      store: openStore(place),
      clock: shared,
      fetch: (input, init) => host.sandbox.handler(new Request(input, init)),
    },
    { sleep: () => answer.promise },
  )
  const { calendly, calcom } = host.sandbox
  const given: PausedPlace = { ...place, sandbox: { calendly, calcom }, time, journal: join(folder, 'journal') }
  const script = fileURLToPath(new URL('paused-worker.ts', import.meta.url))
  const child = spawn(process.execPath, [script, JSON.stringify(given)], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error('the paused process has ended')
    return JSON.parse(value)
  }
  return {
    host,
    /** The next answer of the token endpoint comes while the process is paused, and not before. */
    async holdAnswer(): Promise<void> {
      answer = Promise.withResolvers<void>()
      await setFault(host, { endpoint: 'token', kind: 'delay', ms: 1, after: true })
    },
    pass,
    quickly,
    run(job: PausedJob): Running {
      child.stdin.write(`${JSON.stringify(job)}\n`)
      return {
        async pauses() {
          const comes = (await next()) === 'paused'
          if (comes && wish.how === 'stopped') child.kill('SIGSTOP')
          return comes
        },
        async goOn() {
          answer.resolve()
          // What the provider has to say lies in the socket when it has answered another request.
          await (await fetch(`${host.sandbox.url}/control/clock`)).text()
          writeMoved(time, { ahead, goOn: true })
          if (wish.how === 'stopped') child.kill('SIGCONT')
          const said = await next()
          writeMoved(time, { ahead, goOn: false })
          return said
        },
      }
    },
    async end(): Promise<void> {
      const ended = new Promise((resolve) => child.once('close', resolve))
      // Its last pause may have come behind the answer.
      writeMoved(time, { ahead, goOn: true })
      child.stdin.end()
      assert.equal(await ended, 0)
    },
  }
}

function generationOf({ generation }: { generation: number }): { generation: number } {
  return { generation }
}

function codeOf({ code, reason }: { code: string; reason: string }): { code: string; reason: string } {
  return { code, reason }
}
