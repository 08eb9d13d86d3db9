// Reads a Markdown file into what can be wrong about it: its fenced blocks, its links, its headings, its inline code.

export interface Fence {
  /** The words after the opening fence: the language first. */
  readonly words: readonly string[]
  /** The line of the block's first line of code. */
  readonly line: number
  readonly code: string
}

export interface Mention {
  readonly text: string
  readonly line: number
}

export interface Markdown {
  readonly fences: readonly Fence[]
  /** Targets of links and images, of `[name]: target` lines and of `href` and `src` attributes. */
  readonly links: readonly Mention[]
  readonly inlineCode: readonly Mention[]
  /** What `#…` may name, by GitHub's rule. */
  readonly anchors: ReadonlySet<string>
}

const linkPatterns = [
  /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g,
  /^\s*\[[^\]^][^\]]*\]:\s*(\S+)/g,
  /\b(?:href|src)="([^"]+)"/g,
]

export function readMarkdown(text: string): Markdown {
  const fences: Fence[] = []
  const links: Mention[] = []
  const inlineCode: Mention[] = []
  const headings: string[] = []
  let open: { mark: string; indent: number; words: string[]; line: number; code: string[] } | null = null

  for (const [index, raw] of text.split('\n').entries()) {
    const line = index + 1
    const [, indent = '', mark = '', info = ''] = /^(\s*(?:>\s?)*)(`{3,}|~{3,})\s*([^`]*)$/.exec(raw) ?? []
    if (open) {
      if (mark.startsWith(open.mark) && info === '') {
        fences.push({ words: open.words, line: open.line, code: `${open.code.join('\n')}\n` })
        open = null
      } else open.code.push(raw.slice(Math.min(open.indent, raw.length - raw.trimStart().length)))
      continue
    }
    if (mark) {
      open = { mark, indent: indent.length, words: info.split(/\s+/).filter(Boolean), line: line + 1, code: [] }
      continue
    }
    inlineCode.push(...[...raw.matchAll(/`([^`]+)`/g)].map(([, code = '']) => ({ text: code, line })))
    const prose = raw.replace(/`[^`]*`/g, '``')
    for (const pattern of linkPatterns) {
      links.push(...[...prose.matchAll(pattern)].map(([, target = '']) => ({ text: target, line })))
    }
    const heading = /^#{1,6}\s+(.+?)\s*#*$/.exec(raw)?.[1]
    if (heading) headings.push(heading)
  }
  if (open) fences.push({ words: open.words, line: open.line, code: `${open.code.join('\n')}\n` })
  return { fences, links, inlineCode, anchors: anchorsOf(headings, text) }
}

function anchorsOf(headings: readonly string[], text: string): Set<string> {
  const anchors = new Set([...text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)].map(([, id = '']) => id))
  for (const heading of headings) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    const slug = words.trim().toLowerCase().replaceAll(/\s/g, '-')
    let anchor = slug
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`
    anchors.add(anchor)
  }
  return anchors
}
