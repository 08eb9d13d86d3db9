import { execFileSync } from 'node:child_process'
import { globSync, lstatSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { versionOf } from '../harness/machine.ts'
import { mark, type Question, type Report } from '../harness/question.ts'
import { digits } from '../harness/statistics.ts'

const root = join(import.meta.dirname, '../..')
const peers = ['@badgateway/oauth2-client', 'openid-client', 'simple-oauth2', 'grant', '@auth/core', 'better-auth']
const goalMib = 8

export const install: Question = {
  name: 'install',
  title: 'The size of a fresh install',
  about:
    '`npm install` of the packed package, and of each peer, into an empty folder: the space on the disk, as `du` counts it, and the packages. With `--quick`: Punctual alone.',
  async run(bench): Promise<Report> {
    const packed = bench.folder()
    npm(root, 'pack', '--silent', '--ignore-scripts', '--pack-destination', packed)
    const [archive = ''] = globSync('*.tgz', { cwd: packed })
    const mine = sizeOf(bench.folder(), join(packed, archive))
    const isReached = mine.mib <= goalMib
    const others = bench.isQuick
      ? []
      : peers.map((name) => ({ name, ...sizeOf(bench.folder(), `${name}@${versionOf(name)}`) }))
    const rows = [
      ['punctual', digits(mine.mib), String(mine.packages), `${goalMib} MiB ${mark(isReached)}`],
      ...others.map(({ name, mib, packages }) => [name, digits(mib), String(packages), '']),
    ]
    const verdict = { what: 'a fresh install', value: `${digits(mine.mib)} MiB`, goal: `${goalMib} MiB`, isReached }
    return { head: ['', 'MiB', 'packages', 'must reach'], rows, verdicts: [verdict] }
  },
}

function npm(cwd: string, ...words: string[]): void {
  execFileSync('npm', words, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
}

function sizeOf(folder: string, wanted: string): { mib: number; packages: number } {
  writeFileSync(join(folder, 'package.json'), '{"name":"fresh","private":true}')
  npm(folder, 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', '--prefer-offline', wanted)
  const files = globSync('node_modules/**', { cwd: folder, withFileTypes: true })
  const bytes = files.reduce((sum, { parentPath, name }) => sum + lstatSync(join(parentPath, name)).blocks * 512, 0)
  const packages = globSync(
    ['node_modules/*/package.json', 'node_modules/@*/*/package.json', 'node_modules/**/node_modules/*/package.json'],
    { cwd: folder },
  )
  return { mib: bytes / 2 ** 20, packages: new Set(packages).size }
}
