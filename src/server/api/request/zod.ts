// zod, after @hono/zod-openapi has added to it what describes a schema: every schema of the API imports it from here.

import '@hono/zod-openapi'

export { z } from 'zod'
