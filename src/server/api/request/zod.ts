// zod, as every schema of the API imports it. What the document says of a schema is noted by zod's own `meta`: the library
// that makes the document is loaded with the document, which a service may never be asked for.

export { z } from 'zod'

/** What the document says of a schema, with the name under which the document has it, for `meta`. */
export function named<Words extends object>(name: string, words?: Words): Words & { readonly _internal: object } {
  // Where @hono/zod-openapi keeps a name.
  return { ...(words as Words), _internal: { refId: name } }
}
