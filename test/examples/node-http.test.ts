import { start } from '../../examples/node-http/server.ts'
import { behavesAsAHost } from './example-contract.ts'

behavesAsAHost('node-http', start)
