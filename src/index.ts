export type {
  ApiKey,
  ApiKeys,
  CreateApiKeyRequest,
  ListApiKeysRequest,
  RotateOptions,
  ShownApiKey,
} from './access/api-keys.ts'
export type { ClientState } from './client-states.ts'
export type { AccessToken, Connection, DisconnectResult, TokenInit } from './connection.ts'
export type { ApiScope } from './core/api-scopes.ts'
export type { Attention, AttentionKind } from './core/attention.ts'
export type { ApiCaller, CallInit, CallResult, Pages, PagesInit, QueueOptions, RequestHeaders } from './core/calls.ts'
export type { Clock, Random } from './core/clock.ts'
export type { Account, ConnectionFacts, ConnectionStatus } from './core/connection.ts'
export type { ConnectionLimits, KnownBudget, KnownObstacle } from './core/connection-limits.ts'
export {
  type ErrorCode,
  type ErrorDetails,
  type ErrorReasons,
  type OpenCode,
  type ProviderAnswer,
  PunctualError,
  type PunctualErrorConstructor,
} from './core/errors.ts'
export type { EscrowContents, EscrowPlace, EscrowPosition } from './core/escrow-place.ts'
export type {
  AttemptEnd,
  BookingEvent,
  DeliveredEvent,
  DeliveredType,
  Delivery,
  DeliveryHandler,
  Fault,
  FaultCode,
  Listener,
  PunctualEvent,
  WebhookEvent,
  WebhookFailure,
  WebhookName,
  WebhookRefusal,
  WebhookRenewalReason,
} from './core/events.ts'
export type { GrantEnd } from './core/grant.ts'
export type { Fetch } from './core/http.ts'
export type {
  CallOutcome,
  ConnectOutcome,
  DispatchOutcome,
  Measure,
  Measurement,
  RefreshOutcome,
  WebhookOutcome,
} from './core/measure.ts'
export type {
  AuditEntry,
  ClientOverview,
  ConnectionSearch,
  DispatchesRequest,
  ErrorGroup,
  EventDispatch,
  FailedAttempt,
  FoundConnections,
  HistoryItem,
  HistoryKind,
  HistoryPage,
  Operator,
  Overview,
  Page,
  PageRequest,
  RecentCall,
  RefreshNowResult,
  Refusal,
  RefusalsRequest,
  ReplayRequest,
  ReplayResult,
  Series,
  SeriesRequest,
  Tally,
  TallyKind,
  TallyOutcome,
  TestResult,
} from './core/operator.ts'
export type { ErasedConnection, ErasureResult, ExportedConnection, PersonalData } from './core/personal-data.ts'
export type { AnyWebhookBodies, Client, ClientHealth, Provider, RefusalReason, WebhookBodies } from './core/provider.ts'
export type { Retention } from './core/retention.ts'
export type { Capability } from './core/scheduling/capabilities.ts'
export type { SchedulingVerb } from './core/scheduling/verb-capabilities.ts'
export type { OutboxState } from './core/store/outbox.ts'
export type { PersonalCounts, PersonalKind, PersonalRow } from './core/store/personal-data.ts'
export type { Store } from './core/store/store.ts'
export type { SubscriptionState } from './core/store/subscriptions.ts'
export { failureOf } from './failure.ts'
export type { BeginRequest, ConnectRedirect } from './flow/begin.ts'
export type { CompleteRequest } from './flow/complete.ts'
export type { ConnectSessionState } from './flow/connect-session-progress.ts'
export type { CreateConnectSessionRequest } from './flow/connect-session-request.ts'
export type { ConnectSession, ConnectSessions } from './flow/connect-sessions.ts'
export type { RevocationFailure, Revoked } from './flow/disconnect.ts'
export type { KeepWarm } from './keeper/due.ts'
export type { JournalFiles } from './keeper/journal.ts'
export type { PunctualOptions } from './options.ts'
export type { EventAdmin, EventOptions, EventRecord, EventsRequest } from './outbox/admin.ts'
export type { DeliverTo, DeliverToFeed, DeliverToHandler, DeliverToUrl } from './outbox/destination.ts'
export type { EventFeed, FeedRequest } from './outbox/read-feed.ts'
export { createPunctual, type Punctual } from './punctual.ts'
export type { ListRequest } from './records/connections.ts'
export type { Statistics } from './statistics.ts'
export type { KeyProvider } from './vault/key-provider.ts'
export type { WebhookSelection, WebhookSubscription } from './webhooks/subscribe.ts'
export type { SubscribeInit } from './webhooks/subscriber.ts'
export type { RemainingWebhook } from './webhooks/teardown.ts'
export type { Webhooks } from './webhooks/webhooks.ts'
