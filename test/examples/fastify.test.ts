import { start } from '../../examples/fastify/server.ts'
import { behavesAsAHost } from './example-contract.ts'

behavesAsAHost('fastify', start)
