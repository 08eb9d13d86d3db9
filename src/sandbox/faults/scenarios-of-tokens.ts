// What can go wrong with tokens.

import type { FaultInput } from '../world/fault.ts'
import type { Scenario, ScenarioValues } from './scenario.ts'

const refresh = ({ provider, account, times }: ScenarioValues): Omit<FaultInput, 'kind'> => ({
  provider,
  account,
  endpoint: 'token',
  grantType: 'refresh_token',
  count: times,
})

/** The scenarios of this group. */
export const tokenScenarios: readonly Scenario[] = [
  {
    name: 'refresh-answer-lost',
    title: 'The answer to the next refresh is lost',
    what: 'The provider has issued new tokens and ended the old refresh token, but the connection breaks before the answer arrives. An app that tries the old token again gets a refusal.',
    fields: ['who', 'times'],
    defaults: { times: 1 },
    fault: (values) => ({ ...refresh(values), kind: 'reset_after' }),
  },
  {
    name: 'refresh-not-received',
    title: 'The next refresh does not reach the provider',
    what: 'The connection is refused before the provider sees the request. Nothing has been spent: the same refresh token works when it is sent again.',
    fields: ['who', 'times'],
    defaults: { times: 1 },
    fault: (values) => ({ ...refresh(values), kind: 'reset_before' }),
  },
  {
    name: 'refresh-answer-late',
    title: 'The answer to the next refresh is late',
    what: 'The provider issues new tokens at once, and its answer arrives after some seconds. An app that has given up by then has lost them.',
    fields: ['who', 'seconds', 'times'],
    defaults: { times: 1, seconds: 20 },
    fault: (values) => ({ ...refresh(values), kind: 'delay', ms: (values.seconds ?? 0) * 1000, after: true }),
  },
  {
    name: 'refresh-without-new-token',
    title: 'The next refresh brings no refresh token',
    what: 'The answer has an access token and nothing to refresh it with.',
    fields: ['who', 'times'],
    defaults: { times: 1 },
    fault: (values) => ({ ...refresh(values), kind: 'missing', fields: ['refresh_token'] }),
  },
  {
    name: 'refresh-refused-with-200',
    title: 'The next refresh is refused with status 200',
    what: 'The body says invalid_grant, and the status says that all is well. An app that looks at the status alone stores an answer without tokens.',
    fields: ['who', 'times'],
    defaults: { times: 1 },
    fault: (values) => ({ ...refresh(values), kind: 'error_200' }),
  },
  {
    name: 'exchange-answer-lost',
    title: 'The answer to the next code exchange is lost',
    what: 'A person has just consented, the provider has used up the code, and the connection breaks before the tokens arrive. The person must consent again.',
    fields: ['who', 'times'],
    defaults: { times: 1 },
    fault: ({ provider, account, times }) => ({
      kind: 'reset_after',
      provider,
      account,
      endpoint: 'token',
      grantType: 'authorization_code',
      count: times,
    }),
  },
  {
    name: 'access-revoked',
    title: 'The token is revoked',
    what: 'The person removes the app on the provider’s page. The next refresh is refused. At Cal.com an access token that was issued before works until it ends, unless a switch says otherwise.',
    fields: ['person', 'client'],
    fault: null,
  },
  {
    name: 'secret-replaced',
    title: 'The client’s secret is replaced',
    what: 'The developer makes a new secret on the provider’s page, and the old one ends at once. The new one is shown once.',
    fields: ['app'],
    fault: null,
  },
]
