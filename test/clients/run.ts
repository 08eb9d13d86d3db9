// Installs the large clients beside this file, and runs their journeys: `npm run test:clients`.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const here = import.meta.dirname
const root = join(here, '../..')

// Its 88 dependencies are hundreds of megabytes, and one is missing from the registry. The two nodes need three files of
// its own and n8n-workflow, which the lock file has.
const nodes = {
  version: '2.41.2',
  sha512: 'qUItyawxR1aR/t6Fgk0whYwBSDR+VOu5RkgAI3AElVI3dqPLLcCAawAMFc/N3GFG35//quOVRUwuc7a3mVLC0g==',
  parts: ['package.json', 'dist/nodes/Cal', 'dist/nodes/Calendly', 'dist/utils'],
}

function run(command: string, ...words: string[]): void {
  execFileSync(command, words, { cwd: here, stdio: 'inherit' })
}

function installNodes(): void {
  const folder = join(here, 'node_modules/n8n-nodes-base')
  const archive = join(here, `n8n-nodes-base-${nodes.version}.tgz`)
  run('npm', 'pack', `n8n-nodes-base@${nodes.version}`, '--silent')
  const digest = createHash('sha512').update(readFileSync(archive)).digest('base64')
  if (digest !== nodes.sha512) throw new Error(`n8n-nodes-base ${nodes.version} is not the package that was reviewed.`)
  mkdirSync(folder, { recursive: true })
  run('tar', '-xzf', archive, '-C', folder, '--strip-components=1', ...nodes.parts.map((part) => `package/${part}`))
  rmSync(archive)
}

// The install scripts of the packages build parts that the journeys do not use.
run('npm', 'ci', '--ignore-scripts', '--no-audit')
installNodes()
const imports = ['source-resolution', 'closed-network'].map((name) => `--import=${join(root, `tools/${name}.ts`)}`)
run(process.execPath, '--test', ...imports, join(here, 'n8n.ts'), join(here, 'better-auth.ts'))
