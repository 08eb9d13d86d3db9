import { start } from '../../examples/express/server.ts'
import { behavesAsAHost } from './contract.ts'

behavesAsAHost('express', start)
