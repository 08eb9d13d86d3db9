// The rules of the architecture that Biome and dependency-cruiser cannot say: shared code names no provider, time and
// chance come from a parameter, an index.ts only exports, an import says its path, and no file is a drawer.
// Usage: node tools/check-architecture.ts [root]

import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { parseSync } from 'oxc-parser'

/** `of`: the files that a rule is about. */
type Rule = Readonly<{ pattern: RegExp; of: (file: string) => boolean; sentence: string }>

const isTest = (file: string) => file.endsWith('.test.ts')
const isIn = (file: string, ...places: readonly string[]) => places.some((place) => file.startsWith(place))

const rules: readonly Rule[] = [
  {
    pattern: /calendly|cal\.?com/i,
    // The data of a test may name a provider; what the code does must not depend on it.
    of: (file) => !isIn(file, 'src/providers/', 'src/sandbox/', 'src/cli/') && !isTest(file),
    sentence: 'only src/providers/, src/sandbox/ and src/cli/ name a provider: shared code asks the definition',
  },
  {
    pattern:
      /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|\bAbortSignal\.timeout\b|\bprocess\.hrtime\b|\} = (globalThis\.)?Date\b/,
    of: (file) => !isIn(file, 'src/core/clock.ts', 'src/sandbox/', 'src/cli/'),
    sentence: 'only src/core/clock.ts, src/sandbox/ and src/cli/ use it: take a Clock or a Random as a parameter',
  },
  {
    pattern: /\bimport\((?!\s*['"])/,
    of: (file) => !isIn(file, 'src/cli/'),
    sentence: 'a computed import hides what is imported: write the path out, or do it in src/cli/',
  },
  {
    pattern: /\b(req|raw|request|incoming)\.(formData|parseBody|text|json|arrayBuffer|blob|bytes)\(/,
    of: (file) => !isTest(file),
    sentence:
      'a stranger can keep a body open: read it with src/core/request-body.ts, in the sandbox with http/body.ts',
  },
  {
    pattern: /^(?!export (type )?\{| {2}(type )?\w+( as \w+)?,$|\} from |\s*$)/m,
    of: (file) => basename(file) === 'index.ts',
    sentence: 'an index.ts has nothing but "export { name } from"',
  },
]

const drawers = /^(utils?|helpers?|lib|types?|constants?)$/i

/** One sentence for each violation under `root`. */
export function checkArchitecture(root: string): string[] {
  const files = globSync('{src,test,tools,examples,bench}/**/*.{ts,json}', {
    cwd: root,
    exclude: ['**/node_modules/**'],
  })
  const places = new Set(files.flatMap((file) => [file, ...foldersOf(file)]))
  return [
    ...[...places].filter(isDrawer).map((place) => `${place} is named like a drawer: name it after what it owns`),
    ...files.filter((file) => isIn(file, 'src/') && file.endsWith('.ts')).flatMap((file) => judge(root, file)),
  ].sort()
}

function judge(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const code = text.split('')
  for (const { start, end } of parseSync(file, text).comments)
    code.splice(start, end - start, ...text.slice(start, end).replace(/[^\n]/g, ' '))
  return rules
    .filter((rule) => rule.of(file))
    .flatMap(({ pattern, sentence }) =>
      [...code.join('').matchAll(new RegExp(pattern, `g${pattern.flags.replace('g', '')}`))].map(
        ({ 0: found, index }) => `${file}:${text.slice(0, index).split('\n').length} ${found.trim()}: ${sentence}`,
      ),
    )
}

/** test/types holds tests of types: there the name says what is inside. */
const isDrawer = (place: string) => drawers.test(basename(place).split('.')[0] ?? '') && place !== 'test/types'
const foldersOf = (file: string): string[] => (file.includes('/') ? [dirname(file), ...foldersOf(dirname(file))] : [])

if (import.meta.main) {
  const violations = checkArchitecture(resolve(process.argv[2] ?? '.'))
  for (const violation of violations) console.error(violation)
  process.exitCode = violations.length > 0 ? 1 : 0
}
