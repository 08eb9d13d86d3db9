// Fails on words that make a sentence hard to read for a reader whose first language is not English. It looks at
// comments, strings and documents, not at code. docs/style.md says how to write instead.
// Usage: node tools/check-words.ts [root]

import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseSync, visitorKeys } from 'oxc-parser'

/** What not to write, and what to write instead. A space stands for any white space, line breaks included. */
const denied: readonly (readonly [words: string, instead: string])[] = [
  ['whoever|whomever', 'who it is: the caller, the reader, the person'],
  ['anew', 'again'],
  ['heed(s|ed)?', 'follow, obey'],
  ['(?<!there )is no (?!longer\\b|more\\b)', '"is not a …" or "there is no …"'],
  ['is none', 'what it is, or "is not one"'],
  ['there is no such (thing|one)', 'not found'],
  ['(some|any|no|every)(body|one) who', 'who it is'],
  ['so often in a row', 'consecutive'],
  ['for want of', 'without'],
  ['lest|thereof|therein|wherein|henceforth', 'a plain word'],
  ['hand(s|ed|ing)? over', 'dispatch, pass'],
  ['(is|are|be|was|were) told of', 'is reported'],
]

const documents = ['*.md', 'docs/**/*.md', 'examples/**/*.md', '.github/**/*.{md,yml}']
const programs = ['{src,test,tools,bench,examples}/**/*.ts']
/** They must say the words that they look for. */
const exempt = ['**/node_modules/**', 'tools/check-words.ts', 'test/tools/check-words.test.ts', 'docs/style.md']

/** One sentence for each place that has a denied word. */
export function checkWords(root: string): string[] {
  return globSync([...documents, ...programs], { cwd: root, exclude: exempt })
    .sort()
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8')
      return judge(file, text, file.endsWith('.ts') ? proseOfProgram(file, text) : proseOfDocument(text))
    })
}

function judge(file: string, text: string, prose: string): string[] {
  return denied.flatMap(([words, instead]) =>
    [...prose.matchAll(new RegExp(`\\b(${words.replaceAll(' ', '\\s+')})`, 'gi'))].map(({ 0: found, index }) => {
      const line = text.slice(0, index).split('\n').length
      return `${file}:${line} says "${found.replace(/\s+/g, ' ').trim()}": write ${instead}`
    }),
  )
}

/** The comments and strings of a program, each in its place; what lies between is one sign a character. */
function proseOfProgram(file: string, text: string): string {
  const { program, comments } = parseSync(file, text)
  const spans: { start: number; end: number }[] = [...comments]
  const visit = (node: { type: string; start: number; end: number; [field: string]: unknown }): void => {
    if ((node.type === 'Literal' && typeof node.value === 'string') || node.type === 'TemplateElement') spans.push(node)
    for (const field of visitorKeys[node.type] ?? [])
      for (const child of [node[field]].flat()) if (child) visit(child as typeof node)
  }
  visit(program as unknown as Parameters<typeof visit>[0])
  const prose = text.split('').fill('¦')
  for (const { start, end } of spans) for (let at = start; at < end; at++) prose[at] = text[at] ?? ''
  // The lines of one comment read as one text: what is between them counts as white space.
  comments.forEach(({ start }, index) => {
    const before = comments[index - 1]?.end ?? 0
    if (text.slice(before, start).trim() === '') prose.fill(' ', before, start + 2)
  })
  return prose.join('').replace(/\n *\*(?!\/)/g, (mark) => ' '.repeat(mark.length))
}

/** A document without its code, which is checked where it comes from. */
function proseOfDocument(text: string): string {
  return text.replace(/```[\s\S]*?```|`[^`\n]*`/g, (code) => '¦'.repeat(code.length))
}

if (import.meta.main) {
  const violations = checkWords(resolve(process.argv[2] ?? '.'))
  for (const violation of violations) console.error(violation)
  process.exitCode = violations.length > 0 ? 1 : 0
}
