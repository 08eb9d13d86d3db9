// A process is paused at one step after another of its work, for longer than its lease; meanwhile another process does the
// same work, or none does. When it continues, nothing may be lost, and it may present nothing that is no longer its own.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

import { cookieOf, type Host, setFault, startHost } from '../support/host.ts'
import { preloads } from '../support/preloads.ts'
import { type Database, openStore } from './open-store.ts'
import type { PausedJob, PausedPlace } from './paused-worker.ts'
import { sharedClock, writeSharedTime } from './shared-clock.ts'

export interface Pauses {
  readonly client: 'calendly' | 'calcom'
  /** By a signal, or by a loop in its own event loop. */
  readonly how: 'stopped' | 'blocked'
  /** Whether another process does the work during the pause. */
  readonly rival: boolean
  /** How often the process is paused at each step. */
  readonly rounds: number
}

const profile = { calendly: '/users/me', calcom: '/v2/me' }
/** Seconds of a pause: longer than a lease, and than any deadline of a caller. */
const paused = 60

/** Pauses while one grant is refreshed, at every step from the first read to the stored response. */
export async function pauseWhileRefreshing(
  t: TestContext,
  place: Database,
  folder: string,
  options: Pauses,
): Promise<void> {
  const { host, holdAnswer, pass, quickly, run, end } = await startSetting(t, place, folder, options)
  const connection = await host.connect(options.client)
  for (let round = 0; round < options.rounds; round++) {
    for (const at of steps()) {
      pass(3 * 3600)
      if (at === 'answered') await holdAnswer()
      host.forget()
      const running = run({ at, work: { kind: 'token', connection: connection.id } })
      if (!(await running.pauses())) break
      pass(paused)
      const meanwhile = options.rival ? await quickly(connection.token().then(generationOf, codeOf)) : null
      const presented = host.tokenRequests()
      const result = await running.goOn()
      const step = `step ${at}, the paused one: ${JSON.stringify(result)}, the other: ${JSON.stringify(meanwhile)}`
      assert.ok('generation' in result || result.code === 'provider_unavailable', step)
      if (meanwhile !== null && 'generation' in meanwhile) {
        assert.equal(host.tokenRequests(), Math.max(1, presented), `nothing leaves afterwards: ${step}`)
        if ('generation' in result) assert.equal(result.generation, meanwhile.generation, step)
      }
      assert.equal((await connection.fetch(profile[options.client])).status, 200, `nothing is lost: ${step}`)
      if (meanwhile === null) assert.equal(host.tokenRequests(), 1, `one presentation: ${step}`)
    }
  }
  await end()
}

/** Pauses while an account is connected, at every step from the callback to the attached connection. */
export async function pauseWhileConnecting(
  t: TestContext,
  place: Database,
  folder: string,
  options: Pauses,
): Promise<void> {
  const { host, holdAnswer, pass, quickly, run, end } = await startSetting(t, place, folder, options)
  for (let round = 0; round < options.rounds; round++) {
    for (const at of steps()) {
      const { url, headers } = await host.punctual.begin({ client: options.client, owner: 'ada', returnTo: '/done' })
      const address = (await host.sandbox.authorize({ url })).href
      const cookie = cookieOf(headers)
      const reload = () => host.punctual.handler(new Request(address, { headers: { cookie } }))
      if (at === 'answered') await holdAnswer()
      host.forget()
      const running = run({ at, work: { kind: 'callback', address, cookie } })
      if (!(await running.pauses())) break
      pass(paused)
      // The user does not wait, and reloads the page: it must show what is true.
      const shownMeanwhile = options.rival ? await quickly(reload()) : null
      await running.goOn()
      const outcome = new URL((await quickly(reload())).headers.get('location') ?? host.sandbox.url).searchParams
      const step = `step ${at}: ${outcome}, shown meanwhile: ${shownMeanwhile?.headers.get('location') ?? shownMeanwhile?.status ?? 'nothing'}`
      if (shownMeanwhile?.status === 303)
        assert.equal(new URL(shownMeanwhile.headers.get('location') ?? '').search.slice(1), outcome.toString(), step)
      else assert.equal(outcome.get('punctual'), 'connected', step)
      assert.ok(host.tokenRequests() <= 1, `one exchange: ${step}`)
      if (outcome.get('punctual') !== 'connected') {
        assert.equal(outcome.get('reason'), 'interrupted', step)
        continue
      }
      const connection = await host.punctual.connections.get(outcome.get('connection') ?? '')
      assert.equal((await connection.fetch(profile[options.client])).status, 200, step)
    }
  }
  await end()
}

function* steps(): Generator<PausedJob['at']> {
  yield 'connecting'
  yield 'answered'
  for (let step = 0; step < 60; step++) yield step
  throw new Error('the work has not ended after 60 steps')
}

interface Running {
  /** Resolves with whether the process is paused at the step; otherwise the work is done. */
  pauses(): Promise<boolean>
  /** Lets it continue, once the provider's response is in its socket. Resolves with the result of the work. */
  goOn(): Promise<{ generation: number } | { code: string; reason: string }>
}

/** Starts the worker. `next` resolves with the next line that it prints. */
function startPausedWorker(t: TestContext, place: PausedPlace) {
  const script = fileURLToPath(new URL('paused-worker.ts', import.meta.url))
  const child = spawn(process.execPath, [...preloads, script, JSON.stringify(place)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error('the paused process has ended')
    return JSON.parse(value)
  }
  return { child, next }
}

async function startSetting(t: TestContext, place: Database, folder: string, options: Pauses) {
  const time = join(folder, `time-${place.schema ?? ''}.json`)
  let ahead = 0
  writeSharedTime(time, { ahead, goOn: false })
  let answer = Promise.withResolvers<void>()
  const shared = sharedClock(time)
  function pass(seconds: number): void {
    host.sandbox.clock.advance(seconds)
    ahead += seconds * 1000
    writeSharedTime(time, { ahead, goOn: false })
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
  const workerPlace: PausedPlace = { ...place, sandbox: { calendly, calcom }, time, journal: join(folder, 'journal') }
  const { child, next } = startPausedWorker(t, workerPlace)
  return {
    host,
    /** Lets the next response of the token endpoint come while the process is paused, and not before. */
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
          if (comes && options.how === 'stopped') child.kill('SIGSTOP')
          return comes
        },
        async goOn() {
          answer.resolve()
          // The provider's response is in the socket when the provider has answered another request.
          await (await fetch(`${host.sandbox.url}/control/clock`)).text()
          writeSharedTime(time, { ahead, goOn: true })
          if (options.how === 'stopped') child.kill('SIGCONT')
          const result = await next()
          writeSharedTime(time, { ahead, goOn: false })
          return result
        },
      }
    },
    async end(): Promise<void> {
      const ended = new Promise((resolve) => child.once('close', resolve))
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
