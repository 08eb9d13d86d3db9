// The two files that the pages load: a style sheet, and the script that updates the overview.

import type { Answer } from '../http/exchange.ts'

const style = `:root { color-scheme: light dark; --line: #8885; --soft: #8882; --accent: #3155d4; --bad: #b3261e }
@media (prefers-color-scheme: dark) { :root { --accent: #93a9ff; --bad: #ff9d94 } }
* { box-sizing: border-box }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
h1 { font-size: 1.4rem; line-height: 1.25; margin: .25rem 0 1rem }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem }
.card { max-width: 34rem; margin: 4vh auto; padding: 1.5rem; border: 1px solid var(--line); border-radius: 12px }
.brand { margin: 0; font-weight: 600 }
.tag { font-size: .75rem; font-weight: 400; border: 1px solid var(--line); border-radius: 9px; padding: 0 .5em }
.hint { opacity: .75; font-size: .9rem }
.why { color: var(--bad) }
fieldset { border: 1px solid var(--line); border-radius: 8px; margin: 0 0 1rem }
.choice { padding: .2rem 0 }
.actions, .row { display: flex; gap: .5rem; flex-wrap: wrap; align-items: center }
button { font: inherit; padding: .4rem .9rem; border: 1px solid var(--line); border-radius: 8px; background: var(--soft);
  color: inherit; cursor: pointer }
td button { white-space: nowrap }
button.primary { background: var(--accent); border-color: var(--accent); color: Canvas; font-weight: 600 }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line) }
td { overflow-wrap: break-word }
td.long { overflow-wrap: anywhere }
td.short { white-space: nowrap }
code { font-size: .9em }
form { margin: 0 }
input, select { font: inherit; padding: .35rem .5rem; border: 1px solid var(--line); border-radius: 8px; background: Canvas;
  color: inherit; max-width: 100% }
summary { cursor: pointer }
`

const script = `// Replaces the overview with its newest state, unless a person is about to press one of its buttons or has started to
// fill in one of its forms.
document.addEventListener('input', ({ target }) => target.form?.setAttribute('data-begun', ''))
const update = async () => {
  const main = document.querySelector('main')
  if (document.hidden || main.contains(document.activeElement) || main.querySelector('form[data-begun]')) return
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } })
  if (!answer.ok) return
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main')
  if (!next) return
  for (const one of main.querySelectorAll('details[id]')) next.querySelector('#' + one.id)?.toggleAttribute('open', one.open)
  if (next.innerHTML !== main.innerHTML) main.replaceWith(next)
}
setInterval(() => update().catch(() => {}), 2000)
`

/** The file of that path, or null. */
export function asset(path: string): Answer | null {
  const common = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' }
  if (path === '/sandbox.css') {
    return { status: 200, headers: { ...common, 'content-type': 'text/css; charset=utf-8' }, body: style }
  }
  if (path === '/sandbox.js') {
    return { status: 200, headers: { ...common, 'content-type': 'text/javascript; charset=utf-8' }, body: script }
  }
  return null
}
