export type { AccessToken, Connection, DisconnectResult, TokenInit } from './connection.ts'
export type { ApiCaller, CallInit, CallResult, Pages, PagesInit, QueueOptions } from './core/calls.ts'
export type { Account, ConnectionFacts, ConnectionStatus } from './core/connection.ts'
export { type ErrorCode, type ProviderAnswer, PunctualError } from './core/errors.ts'
export type {
  DeliveredEvent,
  DeliveredType,
  Delivery,
  DeliveryHandler,
  Fault,
  Listener,
  PunctualEvent,
} from './core/events.ts'
export type { Client, Provider, RefusalReason } from './core/provider.ts'
export type { Store } from './core/store/store.ts'
export { failureOf } from './failure.ts'
export type { BeginRequest, ConnectRedirect } from './flow/begin.ts'
export type { CompleteRequest } from './flow/complete.ts'
export type { JournalFiles } from './keeper/journal.ts'
export type { PunctualOptions } from './options.ts'
export type { EventAdmin, EventRecord, EventsRequest } from './outbox/admin.ts'
export type { DeliverTo, DeliverToHandler, DeliverToUrl } from './outbox/destination.ts'
export { createPunctual, type Punctual } from './punctual.ts'
export type { ListRequest } from './records/connections.ts'
export type { SubscribeInit, WebhookSubscription } from './webhooks/subscribe.ts'
export type { RemainingWebhook } from './webhooks/teardown.ts'
export type { Webhooks } from './webhooks/webhooks.ts'
