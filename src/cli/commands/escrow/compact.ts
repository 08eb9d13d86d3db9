// `punctual escrow compact`: keeps of each grant only the newest. It may run beside the service, and be stopped at any moment.

import { compact } from '../../../escrow/compact.ts'
import { assertEscrow, onEscrow } from '../../operating/escrow.ts'
import { type Output, printOne } from '../../output/listing.ts'
import type { Settings } from '../../settings/settings.ts'

export async function compactEscrow(settings: Settings, output: Output): Promise<void> {
  const { before, after } = await onEscrow(assertEscrow(settings), (place) => compact(place, Date.now()))
  printOne(
    { before, after },
    [
      ['before', `${before} texts`],
      ['after', `${after} texts`],
    ],
    output,
  )
}
