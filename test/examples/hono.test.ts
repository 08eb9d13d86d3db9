import { start } from '../../examples/hono/server.ts'
import { behavesAsAHost } from './example-contract.ts'

behavesAsAHost('hono', start)
