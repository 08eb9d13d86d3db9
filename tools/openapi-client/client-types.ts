// The types of a client of the API, made from its document by openapi-typescript.

import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'

/** Returns the source of a module that exports `paths`. */
export async function typesOf(document: object): Promise<string> {
  return astToString(await openapiTS(document as OpenAPI3))
}
