// How every page of the sandbox looks: colours in light and dark, one type scale, one spacing scale, and the elements that
// the pages are made of. It looks like the operator's pages, and shares nothing with them.

/** CSS. */
export const stylesheet = `:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --paper: #fff; --ink: #18202c; --quiet: #5d6878; --line: #e1e5eb; --soft: #f2f4f7; --field: #8a94a4;
  --accent: #2447c8; --accent-ink: #fff; --accent-hover: #1c3aa8; --accent-ground: #eaeffd;
  --good: #14703c; --good-ground: #e6f5ec; --bad: #a3251b; --bad-ground: #fdecea; --warn: #7d4d00; --warn-ground: #fdf2dd;
  --shadow: 0 1px 2px #1018280d, 0 1px 6px #1018280a;
  --small: .875rem; --medium: 1.125rem; --large: 1.75rem;
  --space-xs: .375rem; --space-s: .75rem; --space-m: 1.25rem; --space-l: 2.25rem;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10141b; --paper: #181e27; --ink: #e7ebf1; --quiet: #9aa5b5; --line: #2a3240; --soft: #1f2632; --field: #66728a;
    --accent: #8aa4ff; --accent-ink: #0d1533; --accent-hover: #a5b9ff; --accent-ground: #202b4d;
    --good: #6fd69a; --good-ground: #14301f; --bad: #ff9d93; --bad-ground: #3a1b19; --warn: #f0c060; --warn-ground: #33270e;
    --shadow: none;
  }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif; -webkit-text-size-adjust: 100% }
main { max-width: 66rem; margin: 0 auto; padding: var(--space-l) var(--space-m) 5rem }
h1 { font-size: var(--large); line-height: 1.2; letter-spacing: -.02em; margin: 0; overflow-wrap: anywhere }
h2 { font-size: var(--medium); line-height: 1.3; letter-spacing: -.01em; margin: 0; overflow-wrap: anywhere }
h3 { font-size: 1rem; line-height: 1.35; margin: 0; overflow-wrap: anywhere }
p, ul, ol, dl, dd, form, fieldset { margin: 0 }
a { color: var(--accent); text-underline-offset: .15em }
code, pre { font: .86em/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, monospace }
code { overflow-wrap: anywhere }
time, .figures { font-variant-numeric: tabular-nums }
.hint, .quiet { font-size: var(--small); color: var(--quiet) }
.lead { color: var(--quiet); margin-top: var(--space-xs); max-width: 46rem }
.why { color: var(--bad) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .3rem }
caption, .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.skip { position: absolute; left: -100rem }
.skip:focus { left: var(--space-m); top: var(--space-s); z-index: 1; background: var(--paper); padding: var(--space-xs) var(--space-s) }

button, .button { font: inherit; font-size: var(--small); font-weight: 550; line-height: 1.4; padding: .4rem .85rem; border-radius: .55rem; border: 1px solid var(--line); background: var(--paper); color: inherit; cursor: pointer; white-space: nowrap }
.button { display: inline-block; text-decoration: none }
button:hover, .button:hover { background: var(--soft) }
button.primary, .button.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-ink) }
button.primary:hover, .button.primary:hover { background: var(--accent-hover); border-color: var(--accent-hover) }
button.danger { color: var(--bad); border-color: currentColor }
button.danger:hover { background: var(--bad-ground) }
.row, .actions { display: flex; flex-wrap: wrap; gap: var(--space-xs) var(--space-s); align-items: center }

.top { background: var(--paper); border-bottom: 1px solid var(--line) }
.top > div { max-width: 66rem; margin: 0 auto; padding: var(--space-s) var(--space-m) 0 }
.top .row { justify-content: space-between }
.mark { display: inline-flex; align-items: center; gap: .5rem; font-weight: 650; letter-spacing: -.01em; color: inherit; text-decoration: none }
.mark::before { content: ''; width: 1rem; height: 1rem; border: 3px solid var(--accent); border-radius: .3rem; transform: rotate(8deg) }
.now { display: flex; flex-wrap: wrap; gap: 0 var(--space-s); font-size: var(--small); color: var(--quiet) }
.now a { color: inherit; text-decoration: none }
.now a:hover { text-decoration: underline }
.now .on { color: var(--warn); font-weight: 600 }
.top nav ul { display: flex; flex-wrap: wrap; gap: 0 var(--space-m); list-style: none; padding: 0; margin-top: var(--space-xs) }
.top nav a { display: block; padding: .45rem 0 .5rem; border-bottom: 2px solid transparent; color: var(--quiet); text-decoration: none; font-size: var(--small); font-weight: 550 }
.top nav a:hover { color: var(--ink) }
.top nav a[aria-current] { color: var(--ink); border-bottom-color: var(--accent) }

.head { display: flex; flex-wrap: wrap; gap: var(--space-xs) var(--space-m); align-items: baseline; justify-content: space-between }
section + section, .card + section, section + .card { margin-top: var(--space-l) }
nav.jump { display: flex; flex-wrap: wrap; gap: var(--space-xs) var(--space-m); margin-top: var(--space-s); font-size: var(--small) }
section > .head, section > h2 { margin-bottom: var(--space-s) }
h1 + section, .lead + section, .head + section, .jump + section { margin-top: var(--space-l) }
.notice { margin: 0 0 var(--space-l); padding: .8rem 1rem; border-radius: .7rem; border: 1px solid var(--line); border-left: 4px solid var(--quiet); background: var(--paper) }
.notice.good { border-left-color: var(--good) }
.notice.bad { border-left-color: var(--bad) }
.notice.warn { border-left-color: var(--warn) }
main > * + .notice { margin: var(--space-m) 0 0 }
.notice code { overflow-wrap: anywhere }
.empty { padding: var(--space-l) var(--space-m); text-align: center; color: var(--quiet); border: 1px dashed var(--line); border-radius: .9rem }
.empty strong { display: block; color: var(--ink); font-weight: 600 }
.empty .button, .empty button { margin-top: var(--space-s); color: var(--ink) }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: .9rem; box-shadow: var(--shadow); padding: var(--space-m) }
.card.flush { padding: 0; overflow: hidden }
.card > * + * { margin-top: var(--space-s) }
.card.flush > * + * { margin-top: 0 }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); gap: var(--space-m); list-style: none; padding: 0 }
.grid > .card { margin: 0; display: flex; flex-direction: column; min-width: 0 }
.grid > .card > .outcomes + form { margin-top: auto; padding-top: var(--space-s) }
.grid .fields > .field { flex: 1 1 100%; max-width: none }
.tag { font-size: .8rem; font-weight: 550; padding: .1rem .6rem; border-radius: 1rem; background: var(--soft); color: var(--quiet); white-space: nowrap }
.tag.good { background: var(--good-ground); color: var(--good) }
.tag.bad { background: var(--bad-ground); color: var(--bad) }
.tag.warn { background: var(--warn-ground); color: var(--warn) }
.tag.accent { background: var(--accent-ground); color: var(--accent) }

.facts { display: grid; grid-template-columns: minmax(6rem, max-content) minmax(0, 1fr); gap: var(--space-xs) var(--space-m) }
.facts dt { color: var(--quiet); font-size: var(--small); padding-top: .1rem }
.facts dd { overflow-wrap: anywhere }
.plain { list-style: none; padding: 0 }
.plain > li + li { margin-top: var(--space-xs) }
.lines { list-style: none; padding: 0 }
.lines > li { padding: var(--space-s) var(--space-m) }
.lines > li + li { border-top: 1px solid var(--line) }

table { width: 100%; border-collapse: collapse; font-size: .925rem }
th { font-size: .8rem; font-weight: 500; color: var(--quiet); text-align: left; padding: .6rem .5rem .45rem; white-space: nowrap; background: var(--soft) }
td { text-align: left; vertical-align: top; padding: .6rem .5rem; border-top: 1px solid var(--line); overflow-wrap: anywhere }
th:first-child, td:first-child { padding-left: var(--space-m) }
th:last-child, td:last-child { padding-right: var(--space-m) }
td.act { text-align: right; white-space: nowrap }
td.keep { white-space: nowrap }
td .quiet { display: block }
td .clip { max-width: 18rem; overflow: hidden; white-space: nowrap; text-overflow: ellipsis }

label, .label { display: block; font-size: var(--small); font-weight: 550 }
input, select, textarea { display: block; width: 100%; margin-top: .25rem; font: inherit; padding: .4rem .65rem; border-radius: .55rem; border: 1px solid var(--field); background: var(--paper); color: var(--ink) }
textarea { min-height: 5rem }
input[type=radio], input[type=checkbox] { display: inline-block; width: auto; margin: 0 .4rem 0 0 }
[aria-invalid=true] { border-color: var(--bad); outline: 1px solid var(--bad) }
.field .hint { margin-top: .2rem }
.field .error { margin-top: .25rem; font-size: var(--small); font-weight: 550; color: var(--bad) }
.fields { display: flex; flex-wrap: wrap; gap: var(--space-s) var(--space-m); align-items: flex-start }
.fields > .field { flex: 1 1 12rem; max-width: 24rem }
.fields > .field.small { flex: 0 1 9rem }
.fields > .field.wide { flex-basis: 100%; max-width: 34rem }
.fields + button, .fields + .row { margin-top: var(--space-s) }
fieldset { border: 1px solid var(--line); border-radius: .6rem; padding: .5rem .9rem .8rem; min-width: 0; margin: 0 0 1rem }
legend { font-size: var(--small); color: var(--quiet); padding: 0 .3rem }
.choice { padding: .2rem 0 }
.choice label, .tick { display: inline; font-weight: 400; font-size: 1rem }

details > summary { cursor: pointer; color: var(--quiet); font-size: var(--small); width: fit-content }
details.fold { border-top: 1px solid var(--line) }
details.fold:first-child { border-top: 0 }
details.fold > summary { display: flex; gap: var(--space-s); align-items: baseline; width: auto; padding: .7rem var(--space-m); color: var(--ink); font-size: 1rem; list-style: none }
details.fold > summary::-webkit-details-marker { display: none }
details.fold > summary::before { content: ''; flex: none; width: .4rem; height: .4rem; border: solid var(--quiet); border-width: 0 2px 2px 0; transform: translateY(-.15rem) rotate(-45deg) }
details.fold[open] > summary::before { transform: translateY(-.2rem) rotate(45deg) }
details.fold > summary:hover { background: var(--soft) }
details.fold > div { padding: 0 var(--space-m) var(--space-m) calc(var(--space-m) + 1.15rem) }
details.fold > div > * + * { margin-top: var(--space-s) }
summary .grow { flex: 1; min-width: 0; overflow-wrap: anywhere }
summary .hint, summary .row + .hint { display: block }
summary .clip { display: block; overflow: hidden; white-space: nowrap; text-overflow: ellipsis }
details[open] > summary .clip { display: none }
pre { max-height: 22rem; overflow: auto; margin: var(--space-xs) 0 0; padding: .8rem 1rem; border-radius: .6rem; background: var(--soft); white-space: pre-wrap; overflow-wrap: anywhere }
.filter { display: flex; flex-wrap: wrap; gap: var(--space-s); align-items: flex-end; margin: var(--space-m) 0 }
.filter > .field { flex: 0 1 11rem; min-width: 8rem }
.pager { display: flex; gap: var(--space-s); justify-content: space-between; align-items: center; margin-top: var(--space-m) }
.outcomes { padding-left: 1.1rem; overflow-wrap: anywhere }
.outcomes > li + li { margin-top: .2rem }

main.narrow { max-width: 38rem }
main.narrow > .card { padding: var(--space-l); margin-top: 6vh }
main.narrow .actions { margin-top: var(--space-m) }
main.narrow .actions button { font-size: 1rem; padding: .55rem 1.1rem }
.brand { font-weight: 600 }

@media (max-width: 44rem) {
  :root { --large: 1.5rem }
  main { padding: var(--space-m) 1rem 4rem }
  .top > div { padding-inline: 1rem }
  .top nav ul { gap: 0 1rem }
  main.narrow > .card { padding: var(--space-m); margin-top: 0 }
  table, tbody, tr, td { display: block; width: auto }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  tbody tr + tr { border-top: 1px solid var(--line) }
  td, td:first-child, td:last-child { border: 0; padding: .12rem 0 }
  td.act { text-align: left; padding-top: .4rem }
  td:empty { display: none }
  td[data-label] { display: grid; grid-template-columns: 5rem minmax(0, 1fr); gap: .6rem }
  td[data-label]::before { content: attr(data-label); color: var(--quiet); font-size: var(--small) }
  td:first-child { display: block; font-weight: 550 }
  td:first-child::before { content: none }
  td:first-child .quiet { font-weight: 400 }
  tr { padding: .7rem 1rem }
  td.keep { white-space: normal }
  td.wide { display: none }
  td .clip { max-width: none }
  .facts { grid-template-columns: minmax(0, 1fr); gap: 0 }
  .facts dd + dt { margin-top: var(--space-xs) }
  .lines > li { padding-inline: 1rem }
  details.fold > summary { padding-inline: 1rem }
  details.fold > div { padding-inline: 1rem }
  .filter > .field { flex: 1 1 9rem }
  .fields > .field, .fields > .field.small { flex: 1 1 100%; max-width: none }
}
@media (prefers-reduced-motion: no-preference) {
  .arrived { animation: arrive 1.2s ease-out }
  @keyframes arrive { from { background: var(--accent-ground) } }
}
`

/** The same square as in the head of the pages. */
export const icon: string = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="6" y="6" width="20" height="20" rx="6" fill="none" stroke="#4a6bea" stroke-width="6" transform="rotate(8 16 16)"/></svg>
`
