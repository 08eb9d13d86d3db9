// Writes what was measured into docs/guide/performance.md, between marks: <!-- bench:NAME --> … <!-- /bench:NAME -->.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { machine, versions } from './machine.ts'

const root = join(import.meta.dirname, '../..')
const page = join(root, 'docs/guide/performance.md')
const pictures = join(root, 'docs/images')

/** Replaces the text of each mark. */
export function writePage(texts: ReadonlyMap<string, string>): void {
  let text = readFileSync(page, 'utf8')
  for (const [name, content] of texts) text = replaced(text, name, content)
  writeFileSync(page, text)
}

/** Writes a picture beside those of the page. */
export function writePicture(name: string, svg: string): void {
  mkdirSync(pictures, { recursive: true })
  writeFileSync(join(pictures, `bench-${name}.svg`), svg)
}

/** What is between the marks of that name is replaced; a page without them stays as it is. */
export function replaced(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`]
  const [start, end] = [text.indexOf(open), text.indexOf(close)]
  if (start < 0 || end < start) throw new Error(`docs/guide/performance.md has no ${open} … ${close}`)
  return `${text.slice(0, start + open.length)}\n\n${content.trim()}\n\n${text.slice(end)}`
}

/** With which command, when and where it was measured. */
export function runText(words: readonly string[]): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
  const date = new Date().toISOString().slice(0, 10)
  return `\`npm run bench -- ${words.join(' ')}\`, ${date}, commit ${commit}: ${machine()}. Peers: ${versions()}.`
}
