// The one style sheet of the page that shows the document.

export const stylesheet = `:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --paper: #fff; --ink: #18202c; --quiet: #5d6878; --line: #e1e5eb; --soft: #f2f4f7; --accent: #2447c8;
  --get: #14703c; --post: #2447c8; --put: #855300; --delete: #a3251b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10141b; --paper: #181e27; --ink: #e7ebf1; --quiet: #98a3b3; --line: #2a3240; --soft: #1f2632; --accent: #8aa4ff;
    --get: #6fd69a; --post: #8aa4ff; --put: #f0c060; --delete: #ff9d93;
  }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 56rem; padding: 1.5rem 1.25rem 5rem; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', sans-serif; -webkit-text-size-adjust: 100%; overflow-wrap: anywhere }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -.02em; margin: 0 0 1rem }
h2 { font-size: 1.35rem; line-height: 1.3; letter-spacing: -.01em; margin: 2.5rem 0 .25rem }
h3 { font-size: .95rem; margin: 1.25rem 0 .4rem }
p { margin: 0 0 .75rem }
a { color: var(--accent); text-underline-offset: .15em }
code, pre { font: .86em/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, monospace }
.quiet { color: var(--quiet) }
nav ul { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; list-style: none; padding: .75rem 0; margin: 0; border-block: 1px solid var(--line) }
details { background: var(--paper); border: 1px solid var(--line); border-radius: .7rem; margin: .6rem 0 }
summary { cursor: pointer; padding: .7rem 1rem; display: flex; flex-wrap: wrap; gap: .2rem 1rem; justify-content: space-between; border-radius: .7rem }
summary:hover { background: var(--soft) }
summary .line { display: flex; gap: .75rem; align-items: baseline; min-width: 0 }
summary b { font-size: .8rem; min-width: 3.6rem; color: var(--accent) }
.get { color: var(--get) } .post { color: var(--post) } .put { color: var(--put) } .delete { color: var(--delete) }
details > div { padding: .5rem 1rem 1rem; border-top: 1px solid var(--line) }
dl { margin: 0; display: grid; grid-template-columns: minmax(9rem, auto) 1fr; gap: .35rem 1rem }
dd { margin: 0; min-width: 0 }
dd dl, .form { margin: .4rem 0; padding-left: .8rem; border-left: 2px solid var(--line) }
.schema { padding: .2rem 0 1rem; border-top: 1px solid var(--line) }
pre { max-height: 22rem; overflow: auto; margin: 0 0 .6rem; padding: .8rem 1rem; border-radius: .6rem; background: var(--soft); overflow-wrap: normal }
.problems { list-style: none; padding: 0; margin: 0 }
.problems li { padding: .35rem 0; border-top: 1px solid var(--line) }
.problems span { display: block }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
@media (max-width: 36rem) {
  dl { grid-template-columns: 1fr; gap: .1rem }
  dd { margin-bottom: .6rem }
}
`
