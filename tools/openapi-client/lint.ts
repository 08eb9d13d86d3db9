// What Redocly's linter says about the document of the API, with all that it recommends.

import { createConfig, lintFromString } from '@redocly/openapi-core'

/** One line for each error and each warning. */
export async function lintDocument(source: string): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'] })
  const problems = await lintFromString({ source, absoluteRef: '/openapi.json', config })
  return problems.map(({ severity, ruleId, message, location }) => {
    const place = location.map(({ pointer }) => pointer).join(' ')
    return `${severity} ${ruleId} at ${place}: ${message}`
  })
}
