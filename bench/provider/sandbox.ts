// The sandbox in a process of its own, which names its address and credentials. Its clock moves on by itself with each
// look, so that no limit of calls is ever reached.

import { createSandbox } from 'punctual/sandbox'

const stepMs = 30
let now = Date.now()
const sandbox = await createSandbox({ now: () => (now += stepMs) })
const { url, calendly, calcom } = sandbox
process.send?.({ url, calendly, calcom })
process.on('disconnect', () => void sandbox.close())
