// An error as it is counted: what it was about, and its sentence. It holds no secret.

import type { ErrorCode } from './errors.ts'
import type { FaultCode } from './events.ts'

export interface NotedError {
  readonly code: ErrorCode | FaultCode
  readonly reason: string | null
  readonly client: string | null
  readonly connection: string | null
  readonly message: string
}

/** Counts an error of this process. Never throws. */
export type NoteError = (error: NotedError) => void
