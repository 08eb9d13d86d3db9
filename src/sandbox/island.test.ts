// The sandbox imports nothing from outside its folder, has no import cycles, and documents all its switches.

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { test } from 'node:test'
import { switchSentences } from './world/switch-sentences.ts'
import { switchDefaults } from './world/switches.ts'

const root = import.meta.dirname
const files = globSync('**/*.ts', { cwd: root })
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => resolve(root, file))
const importsOf = new Map(files.map((file) => [file, importsIn(file)]))
const packages = /^(node:|hono$|hono\/html$|hono\/router\/|@hono\/node-server|zod$)/

function importsIn(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^(?:import|export|\}).* from '([^']+)'$/gm)].map(
    (match) => match[1] ?? '',
  )
}

function inner(file: string): string[] {
  return (importsOf.get(file) ?? []).filter((name) => name.startsWith('.')).map((name) => resolve(dirname(file), name))
}

test('the sandbox imports nothing from outside its folder', () => {
  assert.ok(files.length > 50)
  const foreign = files.flatMap((file) => [
    ...(importsOf.get(file) ?? []).filter((name) => !name.startsWith('.') && !packages.test(name)),
    ...inner(file).filter((target) => !target.startsWith(`${root}/`)),
  ])
  assert.deepEqual(foreign, [])
})

test('the imports have no cycle', () => {
  const circles: string[] = []
  const done = new Set<string>()
  const walk = (file: string, path: string[]): void => {
    if (path.includes(file)) circles.push([...path, file].join(' -> '))
    else if (!done.has(file)) for (const next of inner(file)) if (circles.length === 0) walk(next, [...path, file])
    done.add(file)
  }
  for (const file of files) walk(file, [])
  assert.deepEqual(circles, [])
})

test('no folder imports its parent, and the imports between folders go one way', () => {
  const arrows = new Map<string, Set<string>>()
  const upward: string[] = []
  for (const file of files) {
    for (const target of inner(file)) {
      const [from, to] = [dirname(file), dirname(target)]
      if (from === to) continue
      if (from.startsWith(`${to}/`)) upward.push(`${file} imports ${target}`)
      arrows.set(from, (arrows.get(from) ?? new Set()).add(to))
    }
  }
  assert.deepEqual(upward, [])
  const reachable = (from: string, seen = new Set<string>()): Set<string> => {
    for (const to of arrows.get(from) ?? []) if (!seen.has(to)) reachable(to, seen.add(to))
    return seen
  }
  const circles = [...arrows.keys()].filter((folder) => reachable(folder).has(folder))
  assert.deepEqual(circles, [])
})

test('every switch is documented with its default and its sentence', () => {
  const docs = ['calendly', 'calcom'].map((name) =>
    readFileSync(resolve(root, `../../docs/providers/${name}.md`), 'utf8'),
  )
  const names = Object.keys(switchDefaults) as (keyof typeof switchDefaults)[]
  const missing = names.filter((name) => {
    const row = `| \`${name}\` | \`${switchDefaults[name]}\` | ${switchSentences[name]} |`
    return !docs.some((text) => text.includes(row))
  })
  assert.deepEqual(missing, [])
})

test('every test and switch that a checklist names exists', () => {
  const names: string[] = []
  const missing: string[] = []
  for (const provider of ['calendly', 'calcom']) {
    const text = readFileSync(resolve(root, `../../docs/providers/${provider}.md`), 'utf8')
    const rows = (text.split('## Emulator checklist')[1] ?? '').split('\n').filter((line) => line.startsWith('| '))
    for (const row of rows.slice(2)) {
      const held = row.split(' | ')[1]?.replace(/ \|$/, '') ?? ''
      const test = /^`([\w-]+\.test\.ts)`: (.+)$/.exec(held)
      const source = test === null ? '' : readFileSync(resolve(root, `../../test/sandbox/${test[1]}`), 'utf8')
      const switches = [...held.matchAll(/switch `(\w+)`/g)].map((match) => match[1] ?? '')
      const known = test === null ? switches.length > 0 : source.includes(`test('${test[2]}'`)
      if (!known || switches.some((name) => !(name in switchDefaults))) missing.push(row)
      names.push(row)
    }
  }
  assert.ok(names.length > 40)
  assert.deepEqual(missing, [])
})
