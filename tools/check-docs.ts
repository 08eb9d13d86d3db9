// Holds the documents to what the repository does: TypeScript in a ```ts block that imports the package type-checks,
// and runs where the fence says "ts run"; shell and Python run where the fence says "sh run" or "python run"; commands of npm exist; links, anchors and named paths lead somewhere. An
// absolute link to a file of the repository that package.json names is checked like a relative one.
// Usage: node tools/check-docs.ts [root]

import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { bundleSources } from './bundle-sources.ts'
import { type Fence, type Markdown, readMarkdown } from './docs/markdown.ts'
import { type Program, tryPrograms } from './docs/programs.ts'
import { runScripts, type Script } from './docs/scripts.ts'

/** What npm runs without "run": scripts by these names, and its own commands. */
const scriptsByName = ['start', 'stop', 'restart', 'test']
const npmCommands = ['add', 'ci', 'create', 'exec', 'i', 'init', 'install', 'pack', 'publish', 'uninstall', 'update']

interface Manifest {
  readonly name: string
  readonly scripts?: Record<string, string>
  readonly repository?: { readonly url: string }
}

interface CheckOptions {
  /** What the programs of the documents import first, as paths from the root. */
  readonly preloads?: readonly string[]
  /** Gets a sentence for each thing that could not be tried here. */
  readonly remark?: (sentence: string) => void
}

/** One sentence for each thing that is not as the documents say. */
export async function checkDocs(
  root: string,
  { preloads = [], remark = console.log }: CheckOptions = {},
): Promise<string[]> {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
  const { name, scripts = {} } = manifest
  const hosted = hostedFiles(manifest)
  const paths = globSync('**/*.md', { cwd: root, exclude: ['node_modules', 'dist', '**/node_modules', '.*'] }).sort()
  const documents = new Map(paths.map((path) => [path, readMarkdown(readFileSync(join(root, path), 'utf8'))]))
  const violations: string[] = []
  const programs: Program[] = []
  const shellAndPython: Script[] = []
  for (const [path, document] of documents) {
    violations.push(...checkLinks(root, path, documents, hosted), ...checkPaths(root, path, document))
    for (const fence of document.fences) {
      violations.push(...checkCommands(path, fence, scripts))
      const program = programOf(path, fence, name)
      if (program) programs.push(program)
      const script = scriptOf(path, fence)
      if (script) shellAndPython.push(script)
    }
  }
  const tried = await Promise.all([
    tryPrograms(root, programs, preloads),
    runScripts(root, shellAndPython, preloads, remark),
  ])
  return [...violations, ...tried.flat()]
}

function scriptOf(document: string, { words: [language, way], line, code }: Fence): Script | null {
  if ((language !== 'sh' && language !== 'python') || (way !== 'run' && way !== 'background')) return null
  return { document, line, code, language, way }
}

function programOf(document: string, { words, line, code }: Fence, name: string): Program | null {
  const [language, ...more] = words
  if (language !== 'ts' && language !== 'typescript') return null
  const run = more.includes('run')
  const imports = new RegExp(`\\b(from|import)\\s*\\(?\\s*['"]${name}(/[^'"]*)?['"]`).test(code)
  return run || imports ? { document, line, code, run } : null
}

function checkCommands(path: string, { words, line, code }: Fence, scripts: Record<string, string>): string[] {
  if (!/^(sh|bash|shell|console)$/.test(words[0] ?? '')) return []
  return code.split('\n').flatMap((text, index) => {
    const commands = text.replace(/(^|\s)#.*$/, '').matchAll(/\bnpm\s+(?:(run)(?:-script)?\s+)?([\w:-]+)/g)
    return [...commands].flatMap(([command, run, name = '']) => {
      if (name in scripts && (run || scriptsByName.includes(name))) return []
      if (!run && npmCommands.includes(name)) return []
      const way = !run && name in scripts ? `it is "npm run ${name}"` : 'package.json has no such script'
      return [`${path}:${line + index} says "${command}": ${way}`]
    })
  })
}

/** Matches an absolute link to a file of this repository, and captures its path. `null`: package.json names none. */
function hostedFiles({ repository }: Manifest): RegExp | null {
  const [, place] = /github\.com\/([\w-]+\/[\w.-]+?)(?:\.git)?$/.exec(repository?.url ?? '') ?? []
  if (!place) return null
  return new RegExp(
    `^https://(?:github\\.com/${place}/(?:blob|tree|raw)|raw\\.githubusercontent\\.com/${place})/main(/.*)$`,
  )
}

function checkLinks(
  root: string,
  path: string,
  documents: ReadonlyMap<string, Markdown>,
  hosted: RegExp | null,
): string[] {
  return (documents.get(path)?.links ?? []).flatMap(({ text, line }) => {
    const own = hosted?.exec(text)?.[1]
    if (own === undefined && /^[a-z][a-z+.-]*:|^\/\//i.test(text)) return []
    const [file = '', anchor] = decodeURI(own ?? text).split('#')
    const target = file === '' ? path : join(file.startsWith('/') ? '.' : dirname(path), file)
    if (target.startsWith('..') || !existsSync(join(root, target)))
      return [`${path}:${line} links to ${text}: there is no ${target}`]
    const there = documents.get(target)
    if (anchor && there && !there.anchors.has(anchor))
      return [`${path}:${line} links to ${text}: ${target} has no such heading`]
    return []
  })
}

/** A path of this repository in `inline code` exists; with a `*`, at least one does. */
function checkPaths(root: string, path: string, document: Markdown): string[] {
  return document.inlineCode.flatMap(({ text, line }) => {
    if (!/^(src|test|tools|docs|examples|bench|\.github)\/[\w./*-]*$/.test(text)) return []
    const exists = text.includes('*') ? globSync(text, { cwd: root }).length > 0 : existsSync(join(root, text))
    return exists ? [] : [`${path}:${line} names ${text}: there is no such file`]
  })
}

if (import.meta.main) {
  const root = resolve(process.argv[2] ?? '.')
  // Dozens of programs and commands load the sources. The tests may run beside this.
  process.env.BUNDLED_SOURCES = 'sources-of-docs'
  await bundleSources(root, join(root, 'node_modules/.cache', process.env.BUNDLED_SOURCES))
  const violations = await checkDocs(root, { preloads: ['tools/bundled-sources.ts'] })
  for (const violation of violations) console.error(violation)
  process.exitCode = violations.length > 0 ? 1 : 0
}
