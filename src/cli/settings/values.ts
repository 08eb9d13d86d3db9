// What each setting says, once its text has been read.

import type { LogLevel } from '../../server/operation/log.ts'

/** What is read from each setting that is there. */
export interface SettingValues {
  readonly CALENDLY_CLIENT_ID: string
  readonly CALENDLY_CLIENT_SECRET: string
  readonly CALENDLY_WEBHOOK_KEY: readonly string[]
  readonly CALENDLY_SCOPES: readonly string[]
  readonly CALENDLY_AUTH_URL: string
  readonly CALENDLY_API_URL: string
  readonly CALCOM_CLIENT_ID: string
  readonly CALCOM_CLIENT_SECRET: string
  readonly CALCOM_SCOPES: readonly string[]
  readonly CALCOM_APP_URL: string
  readonly CALCOM_API_URL: string
  readonly PUNCTUAL_DATA: string
  readonly PUNCTUAL_DATABASE: string
  readonly PUNCTUAL_KEYS: readonly string[]
  readonly PUNCTUAL_KEYS_COMMAND: readonly string[]
  readonly PUNCTUAL_KEYS_FILE: string
  readonly PUNCTUAL_ESCROW: string
  readonly PUNCTUAL_PORT: number
  readonly PUNCTUAL_URL: string
  readonly PUNCTUAL_EVENTS_URL: readonly string[]
  readonly PUNCTUAL_EVENTS_SECRETS: readonly string[]
  readonly PUNCTUAL_ALLOW_PRIVATE_ADDRESSES: 'on' | 'off'
  readonly PUNCTUAL_KEEP_HISTORY_DAYS: number
  readonly PUNCTUAL_KEEP_EVENTS_DAYS: number
  readonly PUNCTUAL_KEEP_ENDED_CONNECTIONS_DAYS: number
  readonly PUNCTUAL_KEEP_AUDIT_DAYS: number
  readonly PUNCTUAL_HOST: string
  readonly PUNCTUAL_RETURN_TO: readonly string[]
  readonly PUNCTUAL_TOKENS: 'on' | 'off'
  readonly PUNCTUAL_REQUESTS_PER_MINUTE: number
  readonly PUNCTUAL_LOG_LEVEL: LogLevel
  readonly PUNCTUAL_METRICS_KEY: string
  readonly PUNCTUAL_CONNECT_NAME: string
  readonly PUNCTUAL_CONNECT_LOGO: string
  readonly PUNCTUAL_CONNECT_HOME: string
  readonly PUNCTUAL_CONNECT_COLOUR: string
  readonly PUNCTUAL_CONNECT_LANGUAGE: 'en' | 'de' | 'es' | 'auto'
  readonly PUNCTUAL_SANDBOX_PORT: number
}
