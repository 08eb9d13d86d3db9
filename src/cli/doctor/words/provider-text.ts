// What a text of a provider is about, in the words of the checks and of `--explain`.

/** What a refusal is about. */
export type Cause =
  | 'id'
  | 'secret'
  | 'id_or_secret'
  | 'redirect_uri'
  | 'scope_unknown'
  | 'scope_not_enabled'
  | 'scope_missing'
  | 'not_approved'
  | 'rejected'
  | 'code'
  | 'refresh_token'
  | 'pkce'
  | 'declined'
  | 'access_token'
  | 'insufficient_scope'
  | 'plan'
  | 'organization'
  | 'taken'
  | 'not_found'
  | 'limit'
  | 'request'
  | 'already_exists'
  | 'calendar'
  | 'not_permitted'
  | 'server'

/** One text of a provider. It is looked for in whatever a provider has sent. */
export interface ProviderText {
  readonly pattern: RegExp
  readonly cause: Cause
  readonly what: string
  readonly fix: string
}

export const connectAgain = 'Let the person connect again. What ended the grant cannot be undone.'
