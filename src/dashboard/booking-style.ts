// What only the pages that book, move and cancel have.

export const bookingStyle = `.sheet { display: flex; flex-direction: column; gap: var(--space-s); padding: var(--space-m); margin-top: var(--space-m) }
.card.pad.sheet > * { margin-top: 0 }
section.sheet { gap: .15rem }
.tick { color: inherit }
.tick input { display: inline-block; width: auto; margin: 0 var(--space-xs) 0 0 }
fieldset { border: 1px solid var(--line); border-radius: .6rem; padding: var(--space-xs) var(--space-s) var(--space-s); margin-inline: 0 }
legend { font-size: var(--small); color: var(--quiet); padding: 0 var(--space-xs) }
.list { list-style: none; margin: var(--space-m) 0; padding: 0 }
.list li { padding: var(--space-s) var(--space-m); border-top: 1px solid var(--line) }
.list li:first-child { border-top: 0 }
.times { padding: var(--space-m); margin-top: var(--space-m) }
.times h2 { font-size: 1rem; margin: var(--space-m) 0 var(--space-xs) }
.slots { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(4rem, 1fr)); gap: var(--space-xs); margin: 0; padding: 0 }
.slots .button { width: 100%; padding: .4rem 0; text-align: center; font-variant-numeric: tabular-nums }
.weeks { display: flex; justify-content: space-between; margin-top: var(--space-m) }
.weeks a:last-child { margin-left: auto }
`
