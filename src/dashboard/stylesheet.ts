// The one style sheet of the operator's pages. Sizes and spaces are those of the design that all pages share.

import { pageDesign } from '../core/page-design.ts'
import { bookingStyle } from './booking-style.ts'

export const stylesheet: string = `${pageDesign}
main { max-width: 70rem; padding-top: var(--space-l) }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.skip { position: absolute; left: var(--space-s); top: -4rem; padding: var(--space-xs) var(--space-s); background: var(--paper); border-radius: .6rem }
.skip:focus { top: var(--space-s); z-index: 1 }
.top { background: var(--paper); border-bottom: 1px solid var(--line) }
.top > div { max-width: 70rem; margin: 0 auto; padding: var(--space-s) var(--space-m) 0 }
.who { display: flex; flex-wrap: wrap; gap: var(--space-xs) var(--space-m); align-items: center; justify-content: space-between }
.who:last-child { padding-bottom: var(--space-s) }
.person { display: flex; flex-wrap: wrap; gap: var(--space-xs) var(--space-s); align-items: center; overflow-wrap: anywhere }
.person button { font-size: var(--small); padding: .15rem .7rem }
.mark { display: inline-flex; align-items: center; gap: .5rem; font-weight: 650; letter-spacing: -.01em; color: inherit; text-decoration: none }
.mark::before { content: ''; width: 1.3rem; height: 1.3rem; border-radius: 50%; border: 3px solid var(--accent); border-right-color: transparent; transform: rotate(-45deg) }
.top nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0 var(--space-m); margin: var(--space-xs) 0 0; padding: 0 }
.top nav a { display: inline-block; padding: var(--space-xs) 0 calc(var(--space-s) - 2px); border-bottom: 2px solid transparent; font-size: var(--small); color: var(--quiet); text-decoration: none }
.top nav a:hover { color: var(--ink) }
.top nav a[aria-current] { color: var(--ink); font-weight: 550; border-bottom-color: var(--accent) }
h3, .error h2 { font-size: 1rem; line-height: 1.3; margin: 0 }
.back { font-size: var(--small); margin-bottom: var(--space-xs) }
.back a { color: var(--quiet) }
.back a::before { content: '← ' }
.note { color: var(--quiet); margin-top: var(--space-xs) }
.column { max-width: 40rem; margin: 0 auto }
.part { margin-top: var(--space-l) }
.part:focus { outline: none }
.part-head { display: flex; flex-wrap: wrap; gap: 0 var(--space-m); align-items: baseline; justify-content: space-between; margin-bottom: var(--space-s) }
.card { margin-bottom: var(--space-s) }
.pad { padding: var(--space-m) }
.card.pad > * + * { margin-top: var(--space-s) }
.card > .part-head { align-items: center }
.columns { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 var(--space-l) }
@media (min-width: 60rem) { .columns { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr) } }
.state-of, .state-of > * + *, #list, #event, #clients, #error-list, #chart { margin-top: var(--space-m) }
.actions { display: flex; flex-wrap: wrap; gap: var(--space-s) }
.part > .actions { margin-bottom: var(--space-s) }
.body { margin-top: var(--space-m) }
.danger { color: var(--bad) }
button.danger { background: var(--bad); border-color: var(--bad); color: var(--paper) }
button.danger:hover { background: var(--bad); filter: brightness(1.1) }
.dot { display: inline-block; width: .6rem; height: .6rem; margin-right: .45rem; border-radius: 50%; background: var(--field) }
.dot.good { background: var(--good) }
.dot.bad { background: var(--bad) }
.tag { display: inline-block; max-width: 100%; font-size: var(--tiny); font-weight: 550; padding: .1rem .6rem; border-radius: 1rem; background: var(--soft); color: var(--quiet); overflow-wrap: anywhere }
.tag.good { background: var(--good-ground); color: var(--good) }
.tag.bad { background: var(--bad-ground); color: var(--bad) }
.tag.warn { background: var(--warn-ground); color: var(--warn) }
.why, .bad-text { color: var(--bad); overflow-wrap: anywhere }
.bad-text { font-size: var(--small) }
.calm { padding: var(--space-m); border: 1px solid var(--line); border-radius: 1rem; background: var(--paper) }
.dot.warn { background: var(--warn) }
.attention li { position: relative; align-items: center }
.attention li > div { padding-left: var(--space-m) }
.attention .dot { position: absolute; left: var(--space-m); top: calc(var(--space-s) + .45rem) }
.figure { font-variant-numeric: tabular-nums }
.counts, .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: var(--space-s) }
.charts { grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr)) }
.counts .card, .charts .card { margin: 0; padding: var(--space-m) }
.count ul { list-style: none; margin: var(--space-s) 0 0; padding: 0 }
.count a { display: flex; flex-direction: row-reverse; justify-content: space-between; align-items: baseline; padding: .2rem 0; color: inherit; text-decoration: none; font-size: var(--small) }
.count a:hover span { text-decoration: underline; text-underline-offset: .15em }
.count a strong { font-size: 1rem }
.chart { display: flex; flex-direction: column }
.chart .figure { font-size: var(--medium) }
.chart .axis { margin-top: var(--space-xs) }
.chart svg { display: block; width: 100%; height: 3rem; margin-top: var(--space-s) }
.chart .well { fill: var(--accent) }
.chart .other { fill: var(--field) }
.chart .badly { fill: var(--bad) }
.chart .none { fill: var(--line) }
.axis { display: flex; justify-content: space-between; font-size: var(--tiny) }
.connect { display: flex; flex-wrap: wrap; gap: var(--space-s); margin-top: var(--space-m) }
.empty { padding: var(--space-l) var(--space-m); text-align: center; border: 1px dashed var(--line); border-radius: 1rem; color: var(--quiet); text-wrap: balance }
.empty .connect { justify-content: center }
.empty strong { color: var(--ink); font-weight: 550 }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(11rem, 100%), 1fr)); gap: var(--space-s) var(--space-m); margin: 0 }
dt { font-size: var(--tiny); color: var(--quiet) }
dd { margin: 0; overflow-wrap: anywhere }
.codes { display: flex; flex-wrap: wrap; gap: var(--space-xs); align-items: baseline }
.codes code { padding: .1rem .45rem; border-radius: .4rem; background: var(--soft); overflow-wrap: anywhere }
.codes.missing code { background: var(--warn-ground); color: var(--warn) }
.asks, .ask, .hook { display: flex; flex-wrap: wrap; gap: var(--space-s) var(--space-m); align-items: center; justify-content: space-between }
.card.pad.ask > *, .card.pad.search > * { margin-top: 0 }
.asks > div, .hook > div, .hook > p { flex: 1 1 14rem; min-width: 0; overflow-wrap: anywhere }
.hook + .hook { padding-top: var(--space-s); border-top: 1px solid var(--line) }
.hook .codes { margin: var(--space-xs) 0 }
.hook button, .rows button, .rows .button, .asks button, .ask .button { font-size: var(--small); padding: .35rem .8rem }
.rows { list-style: none; padding: 0 }
.rows li { display: flex; flex-wrap: wrap; gap: var(--space-xs) var(--space-m); align-items: flex-start; justify-content: space-between; padding: var(--space-s) var(--space-m); border-top: 1px solid var(--line) }
.rows li:first-child { border-top: 0 }
.rows li > div { min-width: 0; overflow-wrap: anywhere }
.rows li > div:first-child { flex: 1 1 18rem }
.rows .state { display: flex; flex-wrap: wrap; gap: var(--space-xs) var(--space-s); align-items: center }
.row-title a, td:first-child a, .list a { color: inherit; text-decoration-color: var(--field) }
td strong { font-weight: 550 }
.timeline { list-style: none; padding: var(--space-m) var(--space-m) var(--space-m) 2.6rem }
.timeline li { position: relative; padding-bottom: var(--space-m) }
.timeline li:last-child { padding-bottom: 0 }
.timeline li::before { content: ''; position: absolute; left: -1.35rem; top: .4rem; width: .7rem; height: .7rem; border-radius: 50%; background: var(--field) }
.timeline li::after { content: ''; position: absolute; left: calc(-1rem - 1px); top: 1.4rem; bottom: -.2rem; width: 2px; background: var(--line) }
.timeline li:last-child::after { content: none }
.timeline .good::before { background: var(--good) }
.timeline .warn::before { background: var(--warn) }
.timeline .bad::before { background: var(--bad) }
.timeline .ahead { color: var(--quiet) }
.timeline .ahead::before { background: var(--paper); border: 2px solid var(--field) }
.search { display: flex; flex-wrap: wrap; gap: var(--space-s); align-items: flex-end; margin-top: var(--space-m) }
.search label { flex: 0 1 auto }
.search input, .search select, .search button { height: 2.75rem }
.search .grows { flex: 1 1 16rem }
.search > p { flex: 1 0 100% }
.pager { display: flex; flex-wrap: wrap; gap: var(--space-m); margin-top: var(--space-s) }
.more { text-align: center; margin-top: var(--space-s) }
table { width: 100%; border-collapse: collapse; font-size: var(--small) }
th { font-size: var(--tiny); font-weight: 500; color: var(--quiet); text-align: left; padding: var(--space-s) var(--space-s) var(--space-xs); white-space: nowrap }
td { text-align: left; vertical-align: top; padding: var(--space-s); border-top: 1px solid var(--line); overflow-wrap: anywhere }
th:first-child, td:first-child { padding-left: var(--space-m) }
th:last-child, td:last-child { padding-right: var(--space-m) }
.scroll td:first-child, .scroll th:first-child { padding-left: 0 }
.scroll td { white-space: nowrap; padding-block: var(--space-xs) }
.number { text-align: right; font-variant-numeric: tabular-nums }
.keep { white-space: nowrap }
.scroll { overflow: auto; max-height: 16rem }
details { margin-top: var(--space-s); font-size: var(--small) }
.chart details { margin-top: var(--space-xs) }
summary { color: var(--quiet); cursor: pointer; width: fit-content }
pre { max-height: 30rem; overflow: auto; margin: var(--space-s) 0 0; padding: var(--space-s); border-radius: .6rem; background: var(--soft) }
.consequences { margin: 0; padding-left: 1.2rem }
.consequences li + li { margin-top: var(--space-xs) }
.result { font-weight: 600 }
.result.good { color: var(--good) }
.result.bad { color: var(--bad) }
label { display: block; font-size: var(--small); color: var(--quiet) }
input, select, textarea { display: block; width: 100%; margin-top: .25rem; font: inherit; font-size: 1rem; padding: .5rem .7rem; border-radius: .6rem; border: 1px solid var(--field); background: var(--paper); color: var(--ink) }
.phone { display: none }
.tabs ul { list-style: none; display: flex; flex-wrap: wrap; gap: var(--space-xs); margin: var(--space-m) 0 0; padding: 0 }
.tabs a { display: block; padding: .3rem .8rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--paper); font-size: var(--small); color: inherit; text-decoration: none }
.tabs a:hover { background: var(--soft) }
.tabs a[aria-current] { background: var(--ink); border-color: var(--ink); color: var(--paper) }
.part .tabs ul { margin: 0 0 var(--space-s) }
@media (min-width: 44rem) { .facts > div:has(code) { grid-column: span 2 } }
@media (max-width: 44rem) {
  .wide { display: none }
  .phone { display: block }
  .top nav ul { gap: 0 var(--space-xs); margin: var(--space-xs) calc(-1 * var(--space-xs)) var(--space-xs) }
  .top nav a { padding: var(--space-xs); border: 0; border-radius: .5rem }
  .top nav a[aria-current] { background: var(--soft) }
  .facts { display: block }
  .facts > div { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 0 var(--space-s); align-items: baseline; padding: var(--space-xs) 0 }
  .facts > div + div { border-top: 1px solid var(--line) }
  .stack, .stack tbody { display: block }
  .stack thead { display: none }
  .stack tr { display: flex; flex-wrap: wrap; gap: .2rem var(--space-s); align-items: baseline; padding: var(--space-s) var(--space-m); border-top: 1px solid var(--line) }
  .stack tr:first-child { border-top: 0 }
  .stack td { padding: 0; border: 0; min-width: 0 }
  .stack td.main { flex: 1 1 11rem }
  .search label, .search button { flex: 1 1 100% }
  .connect form, .connect button { width: 100% }
}
@media (prefers-reduced-motion: no-preference) {
  .arrived { animation: arrived 1.5s ease-out }
  @keyframes arrived { from { background: var(--good-ground) } }
}
${bookingStyle}`

/** The same circle as in the head of the page. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M16 4a12 12 0 1 0 12 12" fill="none" stroke="#4a6bea" stroke-width="6" stroke-linecap="round"/></svg>
`
