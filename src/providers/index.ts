export type { ApiCaller, CallInit, CallResult, Pages, PagesInit } from '../core/calls.ts'
export type { Account } from '../core/connection.ts'
export type { ErrorCode, ErrorDetails, ErrorReasons, PunctualError } from '../core/errors.ts'
export type {
  AnyWebhookBodies,
  ApiAnswer,
  ApiCall,
  ApiMeaning,
  Client,
  ClientAuthentication,
  ListPage,
  Provider,
  RateLimits,
  RateReading,
  RefusalReason,
  Revocation,
  Sample,
  SpecialLimit,
  TokenError,
  TokenErrorMeaning,
  WebhookBodies,
} from '../core/provider.ts'
export type { Can, Capability, CapabilityFact, Obstacle } from '../core/scheduling/capabilities.ts'
export type {
  BookingChange,
  BookingEventType,
  CheckedAnswer,
  CheckedBooking,
  CheckedBookingsQuery,
  CheckedSlotsQuery,
  ProviderBooking,
  ProviderScheduling,
  ToldBooking,
} from '../core/scheduling/provider.ts'
export type { Secret } from '../core/secret.ts'
export type { TokenAnswer, TokenSet } from '../core/tokens.ts'
export type {
  DesiredWebhook,
  FoundWebhook,
  ProviderWebhooks,
  WebhookAnswer,
  WebhookCall,
  WebhookClaim,
  WebhookMessage,
} from '../core/webhooks.ts'
export type { CalcomOptions } from './calcom/definition.ts'
export { calcom } from './calcom/definition.ts'
export type { CalcomWebhookBodies } from './calcom/webhook-bodies.ts'
export type { CalendlyOptions } from './calendly/definition.ts'
export { calendly } from './calendly/definition.ts'
export type { BookingLimits } from './calendly/limits.ts'
export type { CalendlyWebhookBodies } from './calendly/webhook-bodies.ts'
export type { ClientOptions } from './definition/client.ts'
export type { ProviderDefinition } from './definition/define.ts'
export { defineProvider } from './definition/define.ts'
export type { RateFacts } from './definition/limits.ts'
