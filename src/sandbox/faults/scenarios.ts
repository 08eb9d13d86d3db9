// What can go wrong at a provider, by name. Most of it is one fault; three scenarios change something at the provider, and
// the control makes them. Each has the fields of its own kind alone.

import type { Scenario } from './scenario.ts'
import { answerScenarios } from './scenarios-of-answers.ts'
import { outageScenarios } from './scenarios-of-outages.ts'
import { tokenScenarios } from './scenarios-of-tokens.ts'
import { webhookScenarios } from './scenarios-of-webhooks.ts'

/** What a scenario is about. */
export type ScenarioGroup = 'tokens' | 'outages' | 'answers' | 'webhooks'

/** All scenarios, by what they are about. */
export const scenarios: Readonly<Record<ScenarioGroup, readonly Scenario[]>> = {
  tokens: tokenScenarios,
  outages: outageScenarios,
  answers: answerScenarios,
  webhooks: webhookScenarios,
}

/** Finds a scenario by its name. */
export function findScenario(name: unknown): Scenario | null {
  return (
    Object.values(scenarios)
      .flat()
      .find((one) => one.name === name) ?? null
  )
}
