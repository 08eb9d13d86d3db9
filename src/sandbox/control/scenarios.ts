// Lists the scenarios, and starts one. Most set a fault, which the endpoints of the faults list and remove.

import { z } from 'zod'
import { setFault } from '../faults/meet.ts'
import type { Amount, Scenario, ScenarioField, ScenarioValues } from '../faults/scenario.ts'
import { findScenario, scenarios } from '../faults/scenarios.ts'
import { type Answer, jsonAnswer } from '../http/exchange.ts'
import { type Account, findAccount, noAccount } from '../world/accounts.ts'
import { findClient } from '../world/clients.ts'
import { hex } from '../world/seal.ts'
import type { World } from '../world/world.ts'
import { badInput, type ControlAnswer, type ControlCall, type ControlRoute, checkBody } from './call.ts'
import { replaceSecret } from './clients.ts'
import { shownFault, shownFaults } from './faults.ts'
import { revokeByUser } from './revocation.ts'
import { switchOffSubscriptions } from './webhooks.ts'

/** The endpoints of the scenarios. */
export const scenarioRoutes: readonly ControlRoute[] = [
  { method: 'GET', path: '/control/scenarios', answer: listScenarios },
  { method: 'POST', path: '/control/scenarios', answer: startScenario },
]

const provider = z.enum(['calendly', 'calcom'], { error: 'choose Calendly or Cal.com' })
const account = z.string({ error: 'choose an account' })
const client = z.string({ error: 'choose an app' })
const limits: Record<Amount, z.ZodType<number | null>> = {
  times: z.int({ error: 'give a whole number from 1' }).min(1, { error: 'give a whole number from 1' }).nullable(),
  minutes: z
    .number({ error: 'give a number of minutes' })
    .positive({ error: 'give more than 0 minutes' })
    .max(525_600, { error: 'give at most 525600 minutes, which is a year' })
    .nullable(),
  seconds: z
    .number({ error: 'give a number of seconds' })
    .min(0, { error: 'give 0 seconds or more' })
    .max(3600, { error: 'give at most 3600 seconds' }),
  percent: z
    .number({ error: 'give a number from 1 to 100' })
    .min(1, { error: 'give a number from 1 to 100' })
    .max(100, { error: 'give a number from 1 to 100' }),
}
const shapes: Record<Exclude<ScenarioField, Amount>, z.ZodRawShape> = {
  provider: { provider },
  who: { provider: provider.optional(), account: account.optional() },
  person: { provider, account },
  app: { provider, client },
  client: { client: client.optional() },
  endpoint: { endpoint: z.enum(['api', 'token'], { error: 'give "api" or "token"' }).default('api') },
}

/** Checks the fields of one scenario, and fills in its numbers. */
function schemaOf({ fields, defaults = {} }: Scenario): z.ZodType<ScenarioValues> {
  const shape = fields.map((field) =>
    isAmount(field) ? { [field]: limits[field].default(defaults[field] ?? null) } : shapes[field],
  )
  return z.strictObject({ name: z.string(), ...Object.assign({}, ...shape) })
}

function isAmount(field: ScenarioField): field is Amount {
  return Object.hasOwn(limits, field)
}

function listScenarios({ world }: ControlCall): Answer {
  const listed = Object.entries(scenarios).flatMap(([group, list]) =>
    list.map(({ name, title, what, fields, defaults = {} }) => ({ name, group, title, what, fields, defaults })),
  )
  return jsonAnswer(200, { scenarios: listed, on: shownFaults(world) })
}

function startScenario(call: ControlCall): ControlAnswer {
  const { exchange, body } = call
  const scenario = findScenario((body as { name?: unknown } | null)?.name)
  if (scenario === null) {
    const names = Object.values(scenarios).flatMap((list) => list.map(({ name }) => name))
    return badInput(exchange, `The scenario "name" is wrong: give one of ${names.join(', ')}.`)
  }
  return checkBody(call, schemaOf(scenario), `The scenario "${scenario.name}":`, (values) => {
    const { world } = call
    const person = personOf(world, values)
    if (typeof person === 'string') return badInput(exchange, person, { field: 'account', wanted: person })
    if (values.client !== undefined && !knowsClient(world, values)) {
      const wanted = 'There is no client with this id: look at GET /control/clients.'
      return badInput(exchange, wanted, { field: 'client', wanted })
    }
    const meant = { ...values, ...(person === null ? {} : { account: person.id }) }
    const change = changes[scenario.name]
    if (scenario.fault === null) return change?.(call, meant) ?? badInput(exchange, 'The scenario does nothing.')
    return jsonAnswer(201, { fault: shownFault(setFault(world, scenario.fault(meant), scenario.name)) })
  })
}

/** The account that is meant; null if no account is named, and a sentence if nobody has that name. */
function personOf({ state }: World, { provider: at, account: name }: ScenarioValues): Account | string | null {
  if (name === undefined) return null
  if (at === undefined) return 'Name the provider of the account, too: give "provider".'
  return findAccount(state.accounts, at, name) ?? noAccount(state.accounts, at, name)
}

function knowsClient({ state }: World, { provider: at, client: id }: ScenarioValues): boolean {
  return at !== undefined && findClient(state.clients, at, id ?? null) !== null
}

/** What the scenarios without a fault change at the provider. */
const changes: Readonly<Record<string, (call: ControlCall, values: ScenarioValues) => ControlAnswer>> = {
  'access-revoked': ({ world, exchange }, { provider: at, account: id, client: app }) => {
    const revoked =
      at === undefined || id === undefined ? 0 : revokeByUser(world, { provider: at, account: id, client: app })
    if (revoked > 0) return jsonAnswer(201, { revoked })
    const wanted = 'This person has given no access that could be revoked: connect the account first.'
    return badInput(exchange, wanted, { field: 'account', wanted })
  },
  'secret-replaced': ({ world, exchange }, { provider: at, client: id }) => {
    const secret = hex(world.random(32))
    const found = at === undefined ? null : findClient(world.state.clients, at, id ?? null)
    if (found !== null && replaceSecret(world, found, secret)) return jsonAnswer(201, { client: found.id, secret })
    const wanted = 'This app has no secret.'
    return badInput(exchange, wanted, { field: 'client', wanted })
  },
  'subscriptions-off': ({ world, exchange }, { provider: at, account: id }) => {
    const count = at === undefined || id === undefined ? 0 : switchOffSubscriptions(world, at, id)
    if (count > 0) return jsonAnswer(201, { subscriptions: count })
    const wanted = 'This person has no active subscription: subscribe first.'
    return badInput(exchange, wanted, { field: 'account', wanted })
  },
}
