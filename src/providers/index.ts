export type { TokenError, TokenErrorMeaning } from '../core/provider.ts'
export type {
  ProviderWebhooks,
  StandingWebhook,
  WebhookAnswer,
  WebhookCall,
  WebhookClaim,
  WebhookMessage,
  WebhookWish,
} from '../core/webhooks.ts'
export type { CalcomOptions } from './calcom/definition.ts'
export { calcom } from './calcom/definition.ts'
export type { CalendlyOptions } from './calendly/definition.ts'
export { calendly } from './calendly/definition.ts'
export type { BookingLimits } from './calendly/limits.ts'
export type { ClientOptions } from './client.ts'
export type { ProviderDefinition } from './define.ts'
export { defineProvider } from './define.ts'
export type { RateFacts } from './limits.ts'
