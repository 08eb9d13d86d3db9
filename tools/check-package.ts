// Builds and packs the package and looks at what a user would get: only dist/ and papers, every exported subpath there
// with its types, and working in a project that has nothing else. publint and attw judge the rest.
// Usage: node tools/check-package.ts [root]

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { execute } from './execute.ts'
import { tryAsConsumer } from './package/consumer.ts'
import { checkContents } from './package/contents.ts'
import { entryOf, type Manifest, readManifest } from './package/manifest.ts'
import { buildAndPack, type Packed } from './package/pack.ts'

/** One sentence for each thing that is wrong with the package as published. */
export async function checkPackage(root: string): Promise<string[]> {
  const manifest = readManifest(root)
  const missing = missingSources(root, manifest)
  if (missing.length > 0) return missing
  const workshop = mkdtempSync(join(tmpdir(), 'punctual-package-'))
  try {
    const packed = await buildAndPack(root, workshop)
    const inside = checkContents(packed.folder, root)
    const byPublint = await judgeByPublint(packed)
    const [byAttw, byUse] = await Promise.all([judgeByAttw(root, packed), tryAsConsumer(root, packed, manifest)])
    return [...inside, ...byPublint, ...byAttw, ...byUse]
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
    const path = entryOf(target)
    if (path === null)
      return [`package.json: "${name}" leads to ${JSON.stringify(target)}, which is not a "./dist/….js"`]
    const source = `src/${path}.ts`
    return existsSync(join(root, source))
      ? []
      : [`package.json: "${name}" leads to ${target}, but there is no ${source}`]
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
