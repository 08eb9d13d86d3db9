// The one style sheet of the operator's pages.

import { pageDesign } from '../core/page-design.ts'

export const stylesheet: string = `${pageDesign}
.top { max-width: 50rem; margin: 0 auto; padding: 1.25rem 1.25rem 0; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: center; justify-content: space-between }
nav { display: flex; gap: 1.25rem }
.mark { display: inline-flex; align-items: center; gap: .5rem; font-weight: 650; letter-spacing: -.01em; color: inherit; text-decoration: none }
.mark::before { content: ''; width: 1.1rem; height: 1.1rem; border-radius: 50%; border: 3px solid var(--accent); border-right-color: transparent; transform: rotate(-45deg) }
h3 { font-size: .95rem; margin: 0 0 .6rem; display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; justify-content: space-between }
.note, .empty { color: var(--quiet) }
.note { margin-top: .35rem }
.head { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0 1rem }
.head .note { flex: 1 0 100% }
.jump { font-size: .9rem }
.connect { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0 2rem }
.empty { padding: 2.5rem 1.5rem; text-align: center; border: 1px dashed var(--line); border-radius: 1rem }
.card > header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; justify-content: space-between; align-items: flex-start; padding: 1.25rem 1.5rem 1rem }
.tags { display: flex; flex-wrap: wrap; gap: .4rem }
.tag { font-size: .8rem; font-weight: 550; padding: .15rem .65rem; border-radius: 1rem; background: var(--soft); color: var(--quiet); white-space: nowrap }
.tag.good { background: var(--good-ground); color: var(--good) }
.tag.bad { background: var(--bad-ground); color: var(--bad) }
.tag.warn { background: var(--warn-ground); color: var(--warn) }
.why { color: var(--bad) }
.card > .why { margin: 0 1.5rem 1rem; padding: .7rem .9rem; border-radius: .6rem; background: var(--bad-ground) }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(10.5rem, 100%), 1fr)); gap: .9rem 1.5rem; margin: 0 }
.card > .facts { padding: 0 1.5rem 1.25rem }
.facts .wide { grid-column: 1 / -1 }
dt { font-size: .8rem; color: var(--quiet) }
dd { margin: 0; overflow-wrap: anywhere }
dd code { display: inline-block; padding: .05rem .45rem; margin: .1rem .1rem .1rem 0; border-radius: .4rem; background: var(--soft) }
.live { border-top: 1px solid var(--line); padding: 1.1rem 1.5rem }
.call { font-weight: 400; color: var(--quiet); font-size: .9rem }
.result { font-weight: 600 }
.result.good { color: var(--good) }
.result.bad { color: var(--bad) }
.scroll { overflow-x: auto }
table { width: 100%; border-collapse: collapse; font-size: .92rem }
th { font-size: .8rem; font-weight: 500; color: var(--quiet); text-align: left; padding: 0 1rem .3rem 0; white-space: nowrap }
td { text-align: left; vertical-align: top; padding: .35rem 1rem .35rem 0; border-top: 1px solid var(--line); white-space: nowrap }
td:last-child { padding-right: 0 }
.live > .quiet { margin-top: .4rem }
details { margin-top: .7rem; font-size: .9rem }
summary { color: var(--quiet); cursor: pointer; width: fit-content }
pre { max-height: 20rem; overflow: auto; margin: .6rem 0 0; padding: .8rem 1rem; border-radius: .6rem; background: var(--soft) }
.card > footer { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; border-top: 1px solid var(--line); padding: .9rem 1.5rem }
.card > footer .id { margin-left: auto; font-size: .8rem; overflow-wrap: anywhere }
.hook, .list li { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between }
.hook + .hook { margin-top: .6rem }
.hook > p { flex: 1 1 12rem; min-width: 0; overflow-wrap: anywhere }
.hook > p code { display: inline-block; padding: .05rem .45rem; margin: .1rem .1rem .1rem 0; border-radius: .4rem; background: var(--soft) }
.hook button, .list button, .list .button { font-size: .9rem; padding: .35rem .8rem }
.events { margin-top: 3rem }
.events > h2 { font-size: 1.35rem }
.events > .empty { margin-top: .9rem }
.events > h3 { margin: 1.25rem 0 .6rem }
.list { list-style: none; margin: 1rem 0 1.5rem; padding: 0 }
.events > h3 + .list { margin-top: 0 }
.list li { padding: .8rem 1.5rem; border-top: 1px solid var(--line); align-items: flex-start }
.list li:first-child { border-top: 0 }
.list li > div { min-width: 0; overflow-wrap: anywhere }
.list li > div:first-child { flex: 1 1 16rem }
.list .state { display: flex; flex-wrap: wrap; gap: .4rem .8rem; align-items: center }
.head .jump + .note { margin-top: .35rem }
.sheet { display: flex; flex-direction: column; gap: .9rem; padding: 1.25rem 1.5rem; margin-top: 1.25rem }
section.sheet { gap: .15rem }
label { display: block; font-size: .9rem; color: var(--quiet) }
input, select, textarea { display: block; width: 100%; margin-top: .25rem; font: inherit; font-size: 1rem; padding: .5rem .7rem; border-radius: .6rem; border: 1px solid var(--field); background: var(--paper); color: var(--ink) }
.tick { color: inherit }
.tick input { display: inline-block; width: auto; margin: 0 .4rem 0 0 }
fieldset { border: 1px solid var(--line); border-radius: .6rem; padding: .5rem .9rem .8rem; margin-inline: 0 }
legend { font-size: .9rem; color: var(--quiet); padding: 0 .3rem }
.times { padding: 1.25rem 1.5rem; margin-top: 1.25rem }
.times h2 { font-size: 1rem; margin: 1.1rem 0 .5rem }
.slots { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(4rem, 1fr)); gap: .5rem; margin: 0; padding: 0 }
.slots .button { width: 100%; padding: .4rem 0; text-align: center; font-variant-numeric: tabular-nums }
.weeks { display: flex; justify-content: space-between; margin-top: 1.25rem }
.weeks a:last-child { margin-left: auto }
.more { text-align: center }
@media (max-width: 36rem) {
  .connect form, .connect button { width: 100% }
  .card > footer .id { margin-left: 0; width: 100% }
}
`

/** The same circle as in the head of the page. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M16 4a12 12 0 1 0 12 12" fill="none" stroke="#4a6bea" stroke-width="6" stroke-linecap="round"/></svg>
`
