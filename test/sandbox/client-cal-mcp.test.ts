// Cal.com's own MCP server as it is on npm, as a separate process against the sandbox: what an assistant would do.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createSandbox } from '../../src/sandbox/index.ts'
import { connectCalcom, refreshCalcom } from './app.ts'

const root = join(import.meta.dirname, '../..')

// biome-ignore lint/suspicious/noExplicitAny: a test asserts on what it reads
type Any = any

/** Starts the server for an account, and returns a function that calls one of its tools. */
async function startServer(t: TestContext, sandbox: string, token: string | undefined) {
  const preload = [join(root, 'tools/closed-network.ts'), join(import.meta.dirname, 'provider-hosts.ts')]
  const program = fileURLToPath(import.meta.resolve('@calcom/cal-mcp'))
  const child = spawn(process.execPath, [...preload.map((file) => `--import=${file}`), program, '--all-tools'], {
    env: { SANDBOX_URL: sandbox, CAL_API_KEY: `Bearer ${token}` },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.after(() => child.kill())
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let id = 0
  const ask = async (method: string, params: object): Promise<Any> => {
    id += 1
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
    const answer = JSON.parse((await answers.next()).value ?? '{}')
    assert.equal(answer.id, id)
    return answer.result
  }
  const clientInfo = { name: 'test', version: '1' }
  await ask('initialize', { protocolVersion: '2025-03-26', capabilities: {}, clientInfo })
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`)
  return async (name: string, params: object, body?: object): Promise<Any> => {
    const { content, isError } = await ask('tools/call', { name, arguments: { params, ...(body ? { body } : {}) } })
    const answer = JSON.parse(content[0].text)
    assert.equal(answer.status, isError ? 'error' : 'success')
    return isError ? answer.error : answer.data
  }
}

test('it finds a slot, books, moves and cancels, and continues after a refresh', async (t) => {
  await using sandbox = await createSandbox({ ownAddresses: true })
  const scope = 'PROFILE_READ EVENT_TYPE_READ BOOKING_READ BOOKING_WRITE SCHEDULE_READ'
  const tokens = await connectCalcom(sandbox, 'ada', scope)
  const call = await startServer(t, sandbox.url, tokens.access_token)

  const types = await call('getEventTypes', { username: 'ada' })
  const eventTypeId = types[0].id
  const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10)
  const slots = await call('getAvailableSlots', { eventTypeId, start: day(1), end: day(8) })
  const [first, second] = (Object.values(slots) as { start: string }[][]).flat()
  const attendee = { name: 'Gil Guest', email: 'gil@guests.example', timeZone: 'Europe/Paris' }
  const booked = await call('createBooking', {}, { start: first?.start, eventTypeId, attendee })
  assert.deepEqual([booked.status, Date.parse(booked.start)], ['accepted', Date.parse(first?.start ?? '')])
  const taken = await call('createBooking', {}, { start: first?.start, eventTypeId, attendee })
  assert.match(taken.message, /not available|already has booking/)

  const listed = await call('getBookings', {})
  assert.deepEqual(
    listed.map(({ uid }: { uid: string }) => uid),
    [booked.uid],
  )
  const moved = await call('rescheduleBooking', { bookingUid: booked.uid }, { start: second?.start })
  assert.equal(Date.parse(moved.start), Date.parse(second?.start ?? ''))
  const canceled = await call('cancelBooking', { bookingUid: moved.uid }, { cancellationReason: 'Ill' })
  assert.equal((Array.isArray(canceled) ? canceled[0] : canceled).status, 'cancelled')

  sandbox.clock.advance(3600)
  assert.match((await call('getBookings', {})).code, /^(Unauthorized|Forbidden)Exception$/)
  const refreshed = await refreshCalcom(sandbox, tokens.refresh_token)
  const again = await startServer(t, sandbox.url, refreshed.body.access_token)
  assert.ok((await again('getBookings', { status: ['cancelled'] })).length > 0)
})
