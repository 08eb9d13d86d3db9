import { start } from '../../examples/fastify/server.ts'
import { behavesAsAHost } from './contract.ts'

behavesAsAHost('fastify', start)
