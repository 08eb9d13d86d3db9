// How many items a page of a list may have.

import { once } from '../../api/once.ts'
import { type Parameter, whole } from '../../api/parameters.ts'

/** What every list of Calendly takes. */
export const pageSize: () => Parameter<number | undefined> = once(() => whole(1, 100).optional())
