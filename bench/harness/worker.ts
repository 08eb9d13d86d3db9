// The other side of contender.ts: runs in the contender's process.

import type { ContenderFunctions, Measured, Message, Setup } from './contender.ts'

const [, , file = '', name = ''] = process.argv
let functions: ContenderFunctions = {}

async function setUp(parameters: unknown): Promise<Message> {
  const module = (await import(file)) as Record<string, Setup<unknown>>
  const setup = module[name]
  if (!setup) throw new Error(`${file} has no ${name}`)
  functions = await setup(parameters)
  return { names: Object.keys(functions), result: null, wallMs: 0, cpuMs: 0 }
}

async function call(called: string, values: unknown[]): Promise<Measured> {
  if (called === 'round') globalThis.gc?.()
  const cpu = process.cpuUsage()
  const started = performance.now()
  const result = (await functions[called]?.(...values)) as unknown
  const wallMs = performance.now() - started
  const { user, system } = process.cpuUsage(cpu)
  return { result, wallMs, cpuMs: (user + system) / 1000 }
}

process.on('message', (message: { parameters: unknown } | { name: string; values: unknown[] }) => {
  const work = 'parameters' in message ? setUp(message.parameters) : call(message.name, message.values)
  work
    .catch(
      (error: unknown): Message => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    )
    .then((answer) => process.send?.(answer))
})
// The parent has ended.
process.on('disconnect', () => process.exit())
