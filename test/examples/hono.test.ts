import { start } from '../../examples/hono/server.ts'
import { behavesAsAHost } from './contract.ts'

behavesAsAHost('hono', start)
