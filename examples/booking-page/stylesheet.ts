// The design of the booking page: the host application's own, light and dark, from phone to desk.

export const stylesheet = `:root {
  color-scheme: light dark;
  --ground: #f6f4ee; --paper: #fffdf8; --ink: #22302a; --quiet: #58675f; --line: #ddd8cb; --edge: #8b958d; --soft: #eaefe6;
  --accent: #2c6753; --accent-hover: #224f40; --on-accent: #fff;
  --bad: #97301f; --bad-ground: #fbe8e2; --good-ground: #e2efe5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #131917; --paper: #1b2320; --ink: #e7ece8; --quiet: #a0b0a7; --line: #303b36; --edge: #6f8178; --soft: #25312c;
    --accent: #93d1b9; --accent-hover: #b0e0cd; --on-accent: #0e211a;
    --bad: #f4a697; --bad-ground: #3a201b; --good-ground: #1d342a;
  }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 17px/1.55 system-ui, -apple-system, 'Segoe UI', sans-serif; -webkit-text-size-adjust: 100% }
main { max-width: 62rem; margin: 0 auto; padding: clamp(1.5rem, 5vw, 4rem) clamp(1rem, 4vw, 2rem) 5rem }
h1, h2 { font-family: ui-serif, 'Iowan Old Style', Palatino, Georgia, serif; font-weight: 500; text-wrap: balance; overflow-wrap: anywhere }
h1 { font-size: clamp(1.9rem, 5vw, 2.6rem); line-height: 1.15; letter-spacing: -.015em; margin: 0 0 .75rem }
h2 { font-size: 1.3rem; line-height: 1.25; margin: 0 }
p { margin: 0 0 1rem; max-width: 42rem }
.lead { font-size: 1.12rem; color: var(--quiet) }
.quiet { color: var(--quiet) }
.back { margin: 0 0 1.25rem }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: .06em }
a:hover { color: var(--accent-hover) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: .3rem }
button, .button, select, input, textarea { font: inherit; color: inherit }
button, .button { display: inline-block; min-height: 2.9rem; padding: .6rem 1.3rem; border: 1px solid var(--edge); border-radius: 2rem; background: var(--paper); color: var(--ink); text-decoration: none; cursor: pointer }
button:hover, .button:hover { background: var(--soft); color: var(--ink) }
.primary, .primary:hover { background: var(--accent); border-color: var(--accent); color: var(--on-accent) }
.primary:hover { background: var(--accent-hover); border-color: var(--accent-hover) }
.danger { border-color: var(--bad); color: var(--bad) }
.actions { display: flex; flex-wrap: wrap; gap: .75rem 1.25rem; align-items: center; margin: 1.75rem 0 }
.notice { margin: 1.2rem 0; padding: .85rem 1.1rem; border-radius: .8rem; background: var(--good-ground) }
.notice.bad { background: var(--bad-ground); color: var(--bad) }
.notice a { color: inherit }
.empty { padding: 2.5rem 1.5rem; max-width: none; text-align: center; color: var(--quiet); border: 1px dashed var(--line); border-radius: 1rem }
.panel { background: var(--paper); border: 1px solid var(--line); border-radius: 1.1rem; padding: 1.4rem; margin: 1.5rem 0; max-width: 42rem }
.panel h2 { margin-bottom: .6rem }
.panel > :last-child { margin-bottom: 0 }
dl.panel div { display: grid; grid-template-columns: 4.5rem 1fr; gap: .25rem 1rem }
dl.panel div + div { margin-top: .7rem; padding-top: .7rem; border-top: 1px solid var(--line) }
dt { color: var(--quiet) }
dd { margin: 0; overflow-wrap: anywhere }

.cards, .facts, .times, .ways { list-style: none; margin: 0; padding: 0 }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr)); gap: 1rem; margin-top: 2rem }
.card { position: relative; display: flex; flex-direction: column; gap: .5rem; padding: 1.4rem; background: var(--paper); border: 1px solid var(--line); border-radius: 1.1rem }
.card:has(a):hover { border-color: var(--accent) }
.card h2 a { color: var(--ink); text-decoration: none }
.card h2 a::after { content: ''; position: absolute; inset: 0; border-radius: 1.1rem }
.card h2 a:focus-visible { outline: none }
.card h2 a:focus-visible::after { outline: 3px solid var(--accent); outline-offset: 3px }
.card p { margin: 0; color: var(--quiet) }
.card .facts { margin: auto 0 0; padding-top: .6rem }
.facts { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0 0 1.5rem }
.facts li { padding: .12rem .75rem; border-radius: 1rem; background: var(--soft); font-size: .9rem; overflow-wrap: anywhere }

.settings { display: flex; flex-wrap: wrap; gap: .75rem 1.25rem; align-items: end; margin: 1.75rem 0 }
.settings p { display: grid; gap: .3rem; margin: 0; min-width: 0 }
.settings label { font-size: .9rem; color: var(--quiet) }
.weeks { display: grid; grid-template-columns: 1fr auto 1fr; align-items: baseline; gap: .5rem 1rem; margin: 2rem 0 1rem }
.weeks h2 { text-align: center }
.weeks a:last-child { text-align: right }
.weeks a { padding: .4rem 0 }
.days { display: grid; grid-template-columns: repeat(7, minmax(0, 1fr)); gap: .6rem }
.day h3 { margin: 0 0 .7rem; padding-bottom: .5rem; border-bottom: 1px solid var(--line); font-size: .95rem; font-weight: 600; line-height: 1.3 }
.day h3 span { display: block; font-weight: 400; color: var(--quiet) }
.day .quiet { text-align: center }
.times { display: grid; gap: .45rem }
.times a { display: block; padding: .5rem .25rem; border: 1px solid var(--line); border-radius: .7rem; background: var(--paper); color: var(--accent); text-align: center; text-decoration: none; font-variant-numeric: tabular-nums }
.times a:hover { background: var(--accent); border-color: var(--accent); color: var(--on-accent) }
.times small { display: block; font-size: .8rem; line-height: 1.2 }

.split { display: grid; gap: 0 3rem; align-items: start }
.split .panel { margin: 1rem 0 2rem }
.field { margin: 0 0 1.4rem; padding: 0; border: 0; min-width: 0; max-width: 34rem }
.field > label:not(.choice), legend { display: block; padding: 0; margin: 0 0 .35rem; font-weight: 550 }
.field .quiet { font-weight: 400 }
input:not([type=radio], [type=checkbox]), textarea, select { width: 100%; min-height: 2.9rem; padding: .6rem .8rem; border: 1px solid var(--edge); border-radius: .7rem; background: var(--paper) }
.settings select { width: auto; max-width: 100% }
textarea { resize: vertical }
.field > label:first-letter, legend:first-letter { text-transform: uppercase }
[aria-invalid=true] { border-color: var(--bad); outline: 1px solid var(--bad) }
.problem { margin: .35rem 0 0; color: var(--bad); font-size: .95rem }
.choice { display: flex; gap: .7rem; align-items: flex-start; padding: .4rem 0 }
.choice input { flex: none; width: 1.25rem; height: 1.25rem; margin: .17rem 0 0; accent-color: var(--accent) }
.more { margin: .3rem 0 .8rem 1.95rem }
.more .field { margin: 0 }
@supports selector(:has(*)) {
  .option:not(:has(> .choice :checked)) > .more { display: none }
}
.ways { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.75rem 0 }

@media (min-width: 60rem) {
  .split { grid-template-columns: minmax(0, 34rem) minmax(0, 1fr) }
  .split .panel { order: 1; position: sticky; top: 2rem; margin-top: 1.4rem }
  .split .booking { margin-top: 1rem }
}
@media (max-width: 48rem) {
  .weeks { grid-template-columns: 1fr 1fr }
  .weeks h2 { grid-column: 1 / -1; grid-row: 1; text-align: left }
  .days { grid-template-columns: 1fr; gap: 1.6rem }
  .day.none { display: none }
  .day h3 { border: 0; padding: 0 }
  .day h3 span { display: inline }
  .times { grid-template-columns: repeat(auto-fill, minmax(5rem, 1fr)) }
  .settings p:first-of-type { flex: 1 1 11rem }
  .settings select { width: 100% }
}
@media (max-width: 30rem) {
  .actions .button, .actions button, .ways li, .ways .button { width: 100%; text-align: center }
  dl.panel div { grid-template-columns: 1fr }
}
`
