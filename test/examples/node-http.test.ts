import { start } from '../../examples/node-http/server.ts'
import { behavesAsAHost } from './contract.ts'

behavesAsAHost('node-http', start)
