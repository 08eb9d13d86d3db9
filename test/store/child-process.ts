// Another process that works on the same file: `node child-process.ts <file> <task> <name>`. It prints `ready`, waits
// for a line on its input, does its task as fast as it can and prints one line of JSON; for `commits`, a line per
// commit.

import { writeSync } from 'node:fs'
import { sqlite } from '../../src/store/sqlite.ts'
import { attachment, attempt, claimBy, entry, exchanged, refreshedTokens, virtualClock } from './fixtures.ts'

const [, , file = '', task = '', name = ''] = process.argv
const store = sqlite(file)
const clock = virtualClock()
const say = (line: unknown) => writeSync(1, `${JSON.stringify(line)}\n`)

const tasks: Record<string, () => Promise<unknown>> = {
  open: async () => {
    await store.open(clock)
    await store.attempts.insert(attempt(name), 1000)
    return 'opened'
  },
  claim: async () => {
    const won: string[] = []
    for (const { grant } of await store.connections.list({ limit: 1000 }))
      if (await store.grants.claim(grant, 1, claimBy(name))) won.push(grant)
    return won
  },
  consume: async () => {
    const won: string[] = []
    for (let index = 0; index < 60; index++)
      if ((await store.attempts.consume(`state of a${index}`, 'calendly'))?.first) won.push(`a${index}`)
    return won
  },
  connect: async () => {
    let last = 0
    for (let index = 0; index < 30; index++) {
      const id = `${name} ${index}`
      await exchanged(store, id)
      last = (await store.connections.attach(attachment(id, { owner: `${name} ${index}` })))?.generation ?? 0
    }
    return last
  },
  commits: async () => {
    const { grant } = (await store.connections.list({ limit: 1 }))[0] ?? { grant: '' }
    let generation = (await store.grants.get(grant))?.generation ?? 0
    while (await store.grants.commit(grant, generation, refreshedTokens(`t${generation + 1}`), entry)) say(++generation)
    return 'another process committed'
  },
}

if (task !== 'open') await store.open(clock)
say('ready')
process.stdin.once('data', async () => {
  say(await tasks[task]?.())
  await store.close()
  process.exit()
})
