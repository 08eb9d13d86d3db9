// What can be wrong with an answer.

import type { FaultInput } from '../world/fault.ts'
import type { Scenario, ScenarioValues } from './scenario.ts'

const next = ({ provider, account, endpoint, times }: ScenarioValues): Omit<FaultInput, 'kind'> => ({
  provider,
  account,
  endpoint,
  count: times,
})

/** The scenarios of this group. */
export const answerScenarios: readonly Scenario[] = [
  {
    name: 'page-instead-of-json',
    title: 'A page comes instead of JSON',
    what: 'Something in front of the provider answers with HTML and status 200, before the provider sees the request.',
    fields: ['who', 'endpoint', 'times'],
    defaults: { times: 1 },
    fault: (values) => ({ ...next(values), kind: 'html' }),
  },
  {
    name: 'answer-cut',
    title: 'An answer is cut in the middle',
    what: 'The provider has acted. Half of its answer arrives, and the connection ends.',
    fields: ['who', 'endpoint', 'times'],
    defaults: { times: 1 },
    fault: (values) => ({ ...next(values), kind: 'truncated' }),
  },
  {
    name: 'answer-endless',
    title: 'An answer never ends',
    what: 'The answer begins as it should, and blanks follow until the app stops reading.',
    fields: ['who', 'endpoint', 'times'],
    defaults: { times: 1 },
    fault: (values) => ({ ...next(values), kind: 'endless' }),
  },
  {
    name: 'answer-elsewhere',
    title: 'An answer leads to another site',
    what: 'A redirect to a host that is not the provider’s. A token must not be sent there.',
    fields: ['who', 'endpoint', 'times'],
    defaults: { times: 1 },
    fault: (values) => ({ ...next(values), kind: 'redirect' }),
  },
]
