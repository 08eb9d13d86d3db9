// What the connect page adds to the design of all pages.

export const connectPageStyle = `
.who { display: flex; flex-wrap: wrap; align-items: center; gap: var(--space-s); max-width: 36rem; margin: 0 auto; padding: var(--space-l) var(--space-m) 0; font-weight: 650; overflow-wrap: anywhere }
.who img { display: block; max-width: 12rem; max-height: 3rem }
.intro { margin: var(--space-s) 0 var(--space-l) }
.client { padding: var(--space-m) }
.client > * + * { margin-top: var(--space-s) }
.client .notice { padding: var(--space-s) }
.client ul { margin: var(--space-xs) 0 0; padding-left: var(--space-m) }
.client li + li { margin-top: .15rem }
.client button { display: flex; align-items: center; justify-content: center; gap: var(--space-s); width: 100%; min-height: 3rem }
.mark { flex: none; min-width: 2rem; padding: .1rem .35rem; border: 1px solid; border-radius: .4rem; font-size: var(--small); font-weight: 700; letter-spacing: .02em }
.client button > :last-child { text-align: start }
.client summary { cursor: pointer; padding: var(--space-xs) 0 }
.client .added ul { margin-bottom: 0 }
.client code { overflow-wrap: anywhere }
h1 + .account { margin-top: var(--space-xs) }
.account { font-weight: 650; overflow-wrap: anywhere }
footer { max-width: 36rem; margin: -3rem auto 0; padding: 0 var(--space-m) var(--space-l) }
`
