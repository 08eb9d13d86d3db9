// How every page looks: colours in light and dark, one type scale, one spacing scale, and the elements that all pages have.
// The connect page, the pages of a callback that went wrong and the operator's pages are drawn with it.

/** CSS. A page adds what it alone has. */
export const pageDesign = `:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --paper: #fff; --ink: #18202c; --quiet: #5d6878; --line: #e1e5eb; --soft: #f2f4f7; --field: #8a94a4;
  --accent: #2447c8; --accent-ink: #fff; --accent-hover: #1c3aa8;
  --good: #14703c; --good-ground: #e6f5ec; --bad: #a3251b; --bad-ground: #fdecea; --warn: #855300; --warn-ground: #fdf2dd;
  --shadow: 0 1px 2px #1018280d, 0 1px 6px #1018280a;
  --tiny: .8rem; --small: .9rem; --medium: 1.15rem; --large: 1.75rem;
  --space-xs: .4rem; --space-s: .75rem; --space-m: 1.25rem; --space-l: 2rem;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10141b; --paper: #181e27; --ink: #e7ebf1; --quiet: #98a3b3; --line: #2a3240; --soft: #1f2632; --field: #66728a;
    --accent: #8aa4ff; --accent-ink: #0d1533; --accent-hover: #a5b9ff;
    --good: #6fd69a; --good-ground: #14301f; --bad: #ff9d93; --bad-ground: #3a1b19; --warn: #f0c060; --warn-ground: #33270e;
    --shadow: none;
  }
}
*, ::before, ::after { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif; -webkit-text-size-adjust: 100% }
main { max-width: 50rem; margin: 0 auto; padding: 1.5rem var(--space-m) 5rem }
main.narrow { max-width: 36rem }
h1 { font-size: var(--large); line-height: 1.2; letter-spacing: -.02em; margin: 0; overflow-wrap: anywhere }
h2 { font-size: var(--medium); line-height: 1.3; letter-spacing: -.01em; margin: 0; overflow-wrap: anywhere }
p { margin: 0 }
a { color: var(--accent); text-underline-offset: .15em }
code, pre { font: .86em/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, monospace }
.quiet { font-size: var(--small); color: var(--quiet) }
button, .button { font: inherit; font-weight: 550; padding: .55rem 1.1rem; border-radius: .6rem; border: 1px solid var(--line); background: var(--paper); color: inherit; cursor: pointer }
.button { display: inline-block; text-decoration: none }
button:hover, .button:hover { background: var(--soft) }
button.primary, .button.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-ink) }
button.primary:hover, .button.primary:hover { background: var(--accent-hover); border-color: var(--accent-hover) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.notice { margin: var(--space-m) 0 0; padding: var(--space-s) var(--space-m); border-radius: .7rem; border: 1px solid var(--line); background: var(--paper) }
.notice.good { border-color: transparent; background: var(--good-ground) }
.notice.bad { border-color: transparent; background: var(--bad-ground) }
.notice.warn { border-color: transparent; background: var(--warn-ground) }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 1rem; box-shadow: var(--shadow); margin: 0 0 1.5rem; overflow: hidden }
.card.alone { padding: var(--space-l); margin-top: 8vh }
.card.alone > * + * { margin-top: var(--space-s) }
`
