// The tables of the service: what people have been asked to connect, and who may use the HTTP API.

import type { Fixed, Flag } from './column-types.ts'

export interface ServiceTables {
  connect_sessions: ConnectSessionTable
  api_keys: ApiKeyTable
}

export interface ConnectSessionTable {
  id: Fixed<string>
  owner: Fixed<string>
  return_to: Fixed<string>
  /** JSON list. */
  clients: Fixed<string>
  connection: Fixed<string | null>
  another_account: Fixed<Flag>
  /** JSON object with a list for each client. */
  scopes: Fixed<string>
  attempt: string | null
  browser_hash: string | null
  connected: string | null
  revision: number
  created_at: Fixed<number>
  expires_at: Fixed<number>
}

export interface ApiKeyTable {
  id: Fixed<string>
  name: Fixed<string>
  /** JSON list. */
  scopes: Fixed<string>
  owner: Fixed<string | null>
  secret_hash: string
  replaced_hash: string | null
  replaced_until: number | null
  created_at: Fixed<number>
  last_used_at: number | null
  expires_at: Fixed<number | null>
  revoked_at: number | null
}
