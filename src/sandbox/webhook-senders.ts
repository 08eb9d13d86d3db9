// Which provider sends its webhooks how.

import { calcomSender } from './calcom/webhooks/sender.ts'
import { calendlySender } from './calendly/webhooks/sender.ts'
import type { Sender } from './webhooks/sender.ts'

/** The providers' sides of sending. */
export const senders: Readonly<Record<'calendly' | 'calcom', Sender>> = {
  calendly: calendlySender,
  calcom: calcomSender,
}
