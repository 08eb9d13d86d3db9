// The host application's code where it uses a connection. It knows which results are correct, and reports any other.
// Rule `callers`.

import type { Connection } from '../../src/connection.ts'
import { PunctualError } from '../../src/core/errors.ts'
import { checkServed } from './ended-tokens.ts'
import type { Replica } from './replicas.ts'
import { request } from './requests.ts'
import type { KnownConnection } from './workload.ts'
import { pausedFor, type SimulatedProcess, type World } from './world.ts'

/** Ms that a call may take where nothing delays its process. */
const maxDurationMs = { token: 75_000, fetch: 170_000 }

/** Ms that a call waits for its turn at most. */
const maxQueueTimeMs = 30_000

type Operation = 'token' | 'fetch'

export interface Callers {
  /** Asks for a token, or calls the API with one. Resolves with whether that succeeded, if it ever ends. */
  use(replica: Replica, known: KnownConnection, operation: Operation, minimumValidityMs?: number): Promise<boolean>
  /** Lists a request as waiting until it has its answer. */
  watch<Answer>(process: SimulatedProcess, what: string, asking: Promise<Answer>): Promise<Answer>
  /** Requests without an answer in processes that run. */
  waiting(): string[]
}

/** One call: what it asks for, and since when. */
interface Call {
  readonly what: string
  readonly process: SimulatedProcess
  readonly known: KnownConnection
  readonly operation: Operation
  readonly began: number
  /** Ms that the process has been paused since then. */
  pausedMs(): number
}

export function createCallers(world: World): Callers {
  const { scheduler } = world
  const waiting = new Set<{ readonly process: SimulatedProcess; readonly what: string }>()

  function watch<Answer>(process: SimulatedProcess, what: string, asking: Promise<Answer>): Promise<Answer> {
    const call = { process, what }
    waiting.add(call)
    return asking.finally(() => waiting.delete(call))
  }

  return {
    watch,
    waiting: () => [...waiting].filter(({ process }) => !process.ended).map(({ what }) => what),
    async use({ running }, known, operation, minimumValidityMs = 30_000) {
      if (!running) return false
      const { process, punctual } = running
      const what = `${operation} of ${known.id.slice(-6)} at ${process.name}`
      return watch(process, what, request(world, running, ask))

      async function ask(): Promise<boolean> {
        const pausedBefore = pausedFor(world, process)
        const pausedMs = () => pausedFor(world, process) - pausedBefore
        const call: Call = { what, process, known, operation, began: scheduler.now(), pausedMs }
        const { delayMs } = process
        world.note(process.name, () => `is asked for ${operation} of account ${known.account}`)
        try {
          const connection = await punctual.connections.get(known.id)
          const result = await (operation === 'token'
            ? getToken(world, call, connection, minimumValidityMs)
            : callApi(call, connection))
          world.note(process.name, () => `answers the caller: ${result}`)
          return true
        } catch (error) {
          const shown = error instanceof PunctualError ? error.code : String(error)
          world.note(process.name, () => `fails the caller: ${shown}`)
          checkError(world, call, error)
          return false
        } finally {
          const tookMs = scheduler.now() - call.began - pausedMs()
          if (tookMs > maxDurationMs[operation] + process.delayMs - delayMs)
            world.checker.reportViolation('callers', `${what} took ${tookMs} ms`)
        }
      }
    },
  }
}

async function getToken(
  world: World,
  { known, process, began, pausedMs }: Call,
  connection: Connection,
  minimumValidityMs: number,
): Promise<string> {
  const { checker, provider, scheduler, storeClock, machines } = world
  const askedAt = scheduler.now()
  const { accessToken } = await connection.token({ minimumValidityMs })
  const set = provider.sets[Number(accessToken.slice(2)) - 1]
  if (set?.client !== known.client || set.account !== known.account)
    checker.reportViolation('callers', `a caller for account ${known.account} got ${accessToken}, of ${set?.account}`)
  if (set) checkServed(world, { set, known, process, askedAt })
  // Where the store's clock was set back, an ended token seems to live for as long again. A wrong lifetime misleads, too.
  const overstatedMs = Math.max(0, (set?.statedEnd ?? 0) - (set?.accessEnds ?? 0))
  // The age of a set that is healed is the difference of two machines' clocks.
  const wrongAgeMs = world.escrow ? 2 * Math.max(...machines.map(({ mostWrong }) => mostWrong)) : 0
  const toleranceMs = 120_000 + storeClock.setBack + overstatedMs + pausedMs() + wrongAgeMs
  // A new token is tried once, even if it was stated to have ended.
  const isNew = set && checker.tracker.stateOf(set).deliveredAt >= began
  if (set && !isNew && set.accessEnds + toleranceMs < scheduler.now())
    checker.reportViolation(
      'callers',
      `a caller got ${accessToken}, which ended ${scheduler.now() - set.accessEnds} ms ago`,
    )
  return accessToken
}

async function callApi({ known }: Call, connection: Connection): Promise<string> {
  const answer = await connection.fetch(known.client === 'calendly' ? '/users/me' : '/v2/me')
  return String(answer.status)
}

function checkError({ checker, scheduler }: World, { what, process, known, began }: Call, error: unknown): void {
  const code = error instanceof PunctualError ? error.code : null
  if (code === 'provider_unavailable' || code === 'client_misconfigured' || code === 'store_unavailable') return
  // A call whose turn cannot come in time, or has not come in all of its time, or whose process stops and says so.
  const isLimited = process.limitedAt !== null && scheduler.now() - process.limitedAt <= 60_000
  const hasWaited = scheduler.now() - began >= maxQueueTimeMs
  if (code === 'rate_limited' && (isLimited || hasWaited || (error as PunctualError).reason === 'stopping')) return
  const ended = checker.disconnected.get(known.id)
  if (code === 'connection_not_found' && ended && (ended.still || ended.at >= began)) return
  const isOver = [...checker.rows.values()].some(
    (row) =>
      row.client === known.client &&
      row.account === known.account &&
      (row.status === 'over' || (row.lastOver ?? 0) >= began),
  )
  if (code === 'needs_reconnect' && isOver) return
  checker.reportViolation('callers', `${what} failed with ${code ?? String(error)}`)
}
