// The names of `punctual/sandbox`.

export type { ShownDelivery } from './control/webhooks.ts'
export type { RecordedRequest } from './http/journal.ts'
export type { SandboxOptions } from './options.ts'
export type { PersonInput } from './person.ts'
export type { CalcomConnection, CalendlyConnection, Sandbox } from './sandbox.ts'
export { createSandbox } from './sandbox.ts'
export type { SandboxClock } from './time/clock.ts'
export type { Deliver, DeliverInit } from './webhooks/pump.ts'
export type { AccountInput } from './world/accounts.ts'
export type { ClientInput } from './world/clients.ts'
export { SandboxOptionError } from './world/problem.ts'
export type { Switches } from './world/switches.ts'
