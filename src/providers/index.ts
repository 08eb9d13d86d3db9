export type { TokenError, TokenErrorMeaning } from '../core/provider.ts'
export type {
  DesiredWebhook as WebhookWish,
  FoundWebhook as StandingWebhook,
  ProviderWebhooks,
  WebhookAnswer,
  WebhookCall,
  WebhookClaim,
  WebhookMessage,
} from '../core/webhooks.ts'
export type { CalcomOptions } from './calcom/definition.ts'
export { calcom } from './calcom/definition.ts'
export type { CalendlyOptions } from './calendly/definition.ts'
export { calendly } from './calendly/definition.ts'
export type { BookingLimits } from './calendly/limits.ts'
export type { ClientOptions } from './definition/client.ts'
export type { ProviderDefinition } from './definition/define.ts'
export { defineProvider } from './definition/define.ts'
export type { RateFacts } from './definition/limits.ts'
