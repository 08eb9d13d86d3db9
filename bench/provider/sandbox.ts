// The sandbox in a process of its own, without limits of calls. It names its address and credentials.

import { createSandbox } from 'punctual/sandbox'

const sandbox = await createSandbox({
  switches: { calendlyFreePerMinute: null, calendlyPaidPerMinute: null, calcomTokenPerMinute: null },
})
const { url, calendly, calcom } = sandbox
process.send?.({ url, calendly, calcom })
process.on('disconnect', () => void sandbox.close())
