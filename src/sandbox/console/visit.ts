// One visit to a page of the sandbox, and what a page returns.

import type { ControlContext } from '../control/call.ts'
import type { Html } from '../pages/layout.ts'
import type { Problem } from '../world/problem.ts'

/** A form that was refused: the page shows it again, with what was typed and the reason. */
export interface Draft {
  /** The id of the form on its page. */
  readonly form: string
  readonly values: URLSearchParams
  readonly problem: Problem
}

/** One visit. */
export interface Visit {
  readonly context: ControlContext
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly params: Readonly<Record<string, string>>
  readonly draft: Draft | null
  /** What a form has made that is shown this once, such as a secret. */
  readonly made: Readonly<Record<string, unknown>> | null
}

/** What a page shows inside the frame. */
export interface Page {
  readonly title: string
  readonly content: Html
  /** The entry of the navigation that it belongs to. */
  readonly under: string
  /** Default 200. */
  readonly status?: number
}
