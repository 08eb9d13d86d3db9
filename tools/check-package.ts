// Builds and packs the package and looks at what a user would get: only dist/ and papers, every exported subpath there
// with its types, and working in a project that has nothing else. publint and attw judge the rest.
// Usage: node tools/check-package.ts [root]

import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { execute } from './execute.ts'
import { tryAsConsumer } from './package/consumer.ts'
import { buildAndPack, type Manifest, type Packed, readManifest } from './package/pack.ts'

const packable = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/.+(?<!\.test)\.(js|d\.ts))$/
const secrets = /-----BEGIN [A-Z ]*PRIVATE KEY-----/

/** One sentence for each thing that is wrong with the package as published. */
export async function checkPackage(root: string): Promise<string[]> {
  const manifest = readManifest(root)
  const missing = missingSources(root, manifest)
  if (missing.length > 0) return missing
  const workshop = mkdtempSync(join(tmpdir(), 'punctual-package-'))
  try {
    const packed = await buildAndPack(root, workshop)
    const strangers = checkFiles(packed)
    const byPublint = await judgeByPublint(packed)
    const [byAttw, byUse] = await Promise.all([judgeByAttw(root, packed), tryAsConsumer(root, packed, manifest)])
    return [...strangers, ...byPublint, ...byAttw, ...byUse]
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  } finally {
    rmSync(workshop, { recursive: true, force: true })
  }
}

/** `./dist/x.js` comes from `./src/x.ts`; there is no other mapping. */
function missingSources(root: string, { exports = {}, bin = {} }: Manifest): string[] {
  const targets = { ...exports, ...bin }
  return Object.entries(targets).flatMap(([name, target]) => {
    if (target === './package.json') return []
    const [, path] = /^\.\/dist\/(.+)\.js$/.exec(String(target)) ?? []
    if (!path) return [`package.json: "${name}" leads to ${JSON.stringify(target)}, which is not a "./dist/….js"`]
    const source = `src/${path}.ts`
    return existsSync(join(root, source))
      ? []
      : [`package.json: "${name}" leads to ${target}, but there is no ${source}`]
  })
}

function checkFiles({ folder }: Packed): string[] {
  const files = globSync('**/*', { cwd: folder, withFileTypes: true, exclude: [] })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return files.flatMap((file) => {
    const path = file.slice(folder.length + 1)
    if (!packable.test(path)) return [`${path} is packed and should not be`]
    return secrets.test(readFileSync(file, 'utf8')) ? [`${path} is packed and holds a private key`] : []
  })
}

async function judgeByPublint({ folder }: Packed): Promise<string[]> {
  const { messages, pkg } = await publint({ pkgDir: folder, pack: false, strict: true })
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`)
}

async function judgeByAttw(root: string, { tarball }: Packed): Promise<string[]> {
  const options = ['--profile', 'esm-only', '--format', 'ascii', '--no-color', '--no-emoji']
  const { status, output } = await execute(join(root, 'node_modules/.bin/attw'), [tarball, ...options], root)
  return status === 0 ? [] : [`attw: ${output.trim()}`]
}

if (import.meta.main) {
  const violations = await checkPackage(resolve(process.argv[2] ?? '.'))
  for (const violation of violations) console.error(violation)
  process.exitCode = violations.length > 0 ? 1 : 0
}
