import { start } from '../../examples/express/server.ts'
import { behavesAsAHost } from './example-contract.ts'

behavesAsAHost('express', start)
