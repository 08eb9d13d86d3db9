// The files that the pages load: a style sheet, an icon, and the script that updates a page.

import type { Answer } from '../http/exchange.ts'
import { icon, stylesheet } from './stylesheet.ts'

const script = `// Fetches the page again, and replaces the parts with "data-live" that have changed: unless a person is in one of them, has
// begun to fill in one of its forms, or does not look at the page.
document.addEventListener('input', ({ target }) => target.form?.setAttribute('data-begun', ''))
const parts = () => [...document.querySelectorAll('[data-live][id]')]
const isBusy = (part) => part.contains(document.activeElement) || part.querySelector('form[data-begun]') !== null
const update = async () => {
  if (document.hidden || parts().length === 0) return
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } })
  if (!answer.ok) return
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html')
  for (const part of parts()) {
    const fresh = next.getElementById(part.id)
    if (!fresh || isBusy(part)) continue
    for (const one of part.querySelectorAll('details[id]')) {
      fresh.querySelector('#' + CSS.escape(one.id))?.toggleAttribute('open', one.open)
    }
    if (fresh.innerHTML === part.innerHTML) continue
    const known = new Set([...part.querySelectorAll('[data-row]')].map((row) => row.dataset.row))
    for (const row of fresh.querySelectorAll('[data-row]')) if (!known.has(row.dataset.row)) row.classList.add('arrived')
    part.replaceWith(fresh)
  }
}
setInterval(() => update().catch(() => {}), 2000)
`

const files: Readonly<Record<string, { readonly type: string; readonly body: string }>> = {
  '/sandbox.css': { type: 'text/css; charset=utf-8', body: stylesheet },
  '/sandbox.js': { type: 'text/javascript; charset=utf-8', body: script },
  '/sandbox.svg': { type: 'image/svg+xml', body: icon },
}

/** The file of that path, or null. */
export function asset(path: string): Answer | null {
  const file = Object.hasOwn(files, path) ? files[path] : undefined
  if (file === undefined) return null
  const headers = {
    'content-type': file.type,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
  }
  return { status: 200, headers, body: file.body }
}
