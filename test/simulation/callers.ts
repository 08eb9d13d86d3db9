// The host application's code where it uses a connection. It knows what it may expect, and says so when it gets something
// else. Rule `callers`.

import type { Connection } from '../../src/connection.ts'
import { PunctualError } from '../../src/core/errors.ts'
import type { Replica } from './replicas.ts'
import { request } from './requests.ts'
import type { Known } from './workload.ts'
import { type Life, pausedFor, type World } from './world.ts'

/** Ms that a call may take where nothing hinders its process. */
const bounds = { token: 75_000, fetch: 170_000 }

/** Ms that a call waits for its turn at most. */
const patience = 30_000

export interface Callers {
  /** Asks for a token, or calls the API with one. Resolves with whether it got what it wanted, if ever. */
  use(replica: Replica, known: Known, way: 'token' | 'fetch', minimumValidityMs?: number): Promise<boolean>
  /** Keeps a request in sight until it has its answer. */
  watch<Answer>(life: Life, what: string, asking: Promise<Answer>): Promise<Answer>
  /** Requests under way in processes that live. */
  waiting(): string[]
}

export function createCallers(world: World): Callers {
  const { ledger, scheduler, provider } = world
  const calls = new Set<{ readonly life: Life; readonly what: string }>()

  function watch<Answer>(life: Life, what: string, asking: Promise<Answer>): Promise<Answer> {
    const call = { life, what }
    calls.add(call)
    return asking.finally(() => calls.delete(call))
  }

  async function use(
    replica: Replica,
    known: Known,
    way: 'token' | 'fetch',
    minimumValidityMs = 30_000,
  ): Promise<boolean> {
    const { running } = replica
    if (!running) return false
    const { life, punctual } = running
    const what = `${way} of ${known.id.slice(-6)} at ${life.name}`
    return watch(life, what, request(world, running, ask))

    async function ask(): Promise<boolean> {
      const began = scheduler.now()
      const { hindered } = life
      const paused = pausedFor(world, life)
      world.note(life.name, () => `is asked for ${way} of account ${known.account}`)
      try {
        const connection = await punctual.connections.get(known.id)
        const stood = () => pausedFor(world, life) - paused
        const got = await (way === 'token' ? takeToken(connection, began, stood) : callApi(connection))
        world.note(life.name, () => `answers the caller: ${got}`)
        return true
      } catch (error) {
        world.note(life.name, () => `fails the caller: ${error instanceof PunctualError ? error.code : String(error)}`)
        judge(error, began)
        return false
      } finally {
        const took = scheduler.now() - began - (pausedFor(world, life) - paused)
        if (took > bounds[way] + life.hindered - hindered) ledger.breach('callers', `${what} took ${took} ms`)
      }
    }

    /** `stood`: ms that the process has not run since it was asked. */
    async function takeToken(connection: Connection, began: number, stood: () => number): Promise<string> {
      const { accessToken } = await connection.token({ minimumValidityMs })
      const set = provider.sets[Number(accessToken.slice(2)) - 1]
      if (set?.client !== known.client || set.account !== known.account)
        ledger.breach('callers', `a caller for account ${known.account} got ${accessToken}, of ${set?.account}`)
      // Where the store's clock was set back, what has ended seems to live for as long again; a wrong label misleads, too.
      const mislabelled = Math.max(0, (set?.labelledEnd ?? 0) - (set?.accessEnds ?? 0))
      const lenience = 120_000 + world.storeClock.setBack + mislabelled + stood()
      // One that has just come is tried once, in whatever state it comes.
      const isNew = set && ledger.custody.way(set).deliveredAt >= began
      if (set && !isNew && set.accessEnds + lenience < scheduler.now())
        ledger.breach('callers', `a caller got ${accessToken}, which ended ${scheduler.now() - set.accessEnds} ms ago`)
      return accessToken
    }

    async function callApi(connection: Connection): Promise<string> {
      const answer = await connection.fetch(known.client === 'calendly' ? '/users/me' : '/v2/me')
      return String(answer.status)
    }

    function judge(error: unknown, began: number): void {
      const code = error instanceof PunctualError ? error.code : null
      if (code === 'provider_unavailable' || code === 'client_misconfigured' || code === 'store_unavailable') return
      // A call whose turn cannot come in time, or has not come in all of its time, or whose process stops and says so.
      const limited = life.limitedAt !== null && scheduler.now() - life.limitedAt <= 60_000
      const waited = scheduler.now() - began >= patience
      if (code === 'rate_limited' && (limited || waited || (error as PunctualError).reason === 'stopping')) return
      const ended = ledger.disconnected.get(known.id)
      if (code === 'connection_not_found' && ended && (ended.still || ended.at >= began)) return
      const over = [...ledger.rows.values()].some(
        (row) =>
          row.client === known.client &&
          row.account === known.account &&
          (row.status === 'over' || (row.lastOver ?? 0) >= began),
      )
      if (code === 'needs_reconnect' && over) return
      ledger.breach('callers', `${what} failed with ${code ?? String(error)}`)
    }
  }

  return { use, watch, waiting: () => [...calls].filter(({ life }) => !life.ended).map(({ what }) => what) }
}
