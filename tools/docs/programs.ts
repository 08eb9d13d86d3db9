// Tries the TypeScript of the documents: all that imports the package is type-checked against src/ in one go, and
// what is marked "ts run" is run, with the network shut, in an empty folder of its own.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { execute, freePort } from '../execute.ts'

export interface Program {
  readonly document: string
  readonly line: number
  readonly code: string
  readonly run: boolean
}

const timeoutMs = 30_000
const typecheckTimeoutMs = 180_000

/** One sentence for each program that does not type-check, or fails when run. `preloads`: more that a run imports first. */
export async function tryPrograms(
  root: string,
  programs: readonly Program[],
  preloads: readonly string[],
): Promise<string[]> {
  if (programs.length === 0) return []
  // Inside the repository, where the same node_modules are found; .check/ is ignored by git and by the other checks.
  mkdirSync(join(root, '.check'), { recursive: true })
  const folder = mkdtempSync(join(root, '.check', 'docs-'))
  try {
    const files = new Map(programs.map((program) => [fileOf(program), program]))
    for (const [file, { code, line }] of files) writeFileSync(join(folder, file), '\n'.repeat(line - 1) + code)
    const violations = await typecheck(root, folder, files)
    for (const [file, program] of files) {
      if (!program.run) continue
      const failure = await run(root, join(folder, file), preloads)
      if (failure) violations.push(`${program.document}:${program.line} does not run: ${failure}`)
    }
    return violations
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A name that leads back to the block: blank lines in front make the line numbers those of the document. */
function fileOf({ document, line }: Program): string {
  return `${document.replaceAll(/[^\w]+/g, '-')}-${line}.ts`
}

async function typecheck(root: string, folder: string, files: ReadonlyMap<string, Program>): Promise<string[]> {
  const options = {
    declaration: false,
    isolatedDeclarations: false,
    moduleDetection: 'force',
    noUnusedLocals: false,
    noUnusedParameters: false,
  }
  const config = { extends: '../../tsconfig.json', compilerOptions: options, include: ['*.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const { status, output } = await execute(
    join(root, 'node_modules/.bin/tsc'),
    ['-p', folder, '--pretty', 'false'],
    root,
    typecheckTimeoutMs,
  )
  if (status === 0) return []
  const errors = [...output.matchAll(/^(?:.*\/)?([^/]+\.ts)\((\d+),\d+\): error (.+)$/gm)]
  if (errors.length === 0) return [`the documents do not type-check: ${output.trim()}`]
  // Errors elsewhere are errors of src/, which the check of the types reports.
  return errors.flatMap(([, file = '', line, message]) => {
    const program = files.get(file)
    return program ? [`${program.document}:${line} does not type-check: ${message}`] : []
  })
}

async function run(root: string, file: string, more: readonly string[]): Promise<string | null> {
  const empty = mkdtempSync(join(tmpdir(), 'punctual-docs-'))
  const preloads = ['tools/source-resolution.ts', ...more, 'tools/closed-network.ts'].flatMap((preload) => [
    '--import',
    pathToFileURL(join(root, preload)).href,
  ])
  try {
    const { status, output } = await execute(process.execPath, [...preloads, file], empty, timeoutMs, {
      PORT: await freePort(),
    })
    return status === 0 ? null : output.trim() || `it ended with ${status}`
  } finally {
    rmSync(empty, { recursive: true, force: true })
  }
}
