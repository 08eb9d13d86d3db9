// The names of `punctual/sandbox`.

export type { AccountInput } from './accounts.ts'
export type { ClientInput } from './clients.ts'
export type { SandboxClock } from './clock.ts'
export type { ShownDelivery } from './control/webhooks.ts'
export type { RecordedRequest } from './journal.ts'
export type { SandboxOptions } from './options.ts'
export type { PersonInput } from './person.ts'
export { SandboxOptionError } from './problem.ts'
export type { CalcomConnection, CalendlyConnection, Sandbox } from './sandbox.ts'
export { createSandbox } from './sandbox.ts'
export type { Switches } from './switches.ts'
export type { Deliver, DeliverInit } from './webhooks/pump.ts'
