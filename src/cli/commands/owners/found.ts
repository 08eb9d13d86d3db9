// What is kept about an owner, counted; and the sentence for one of whom nothing is.

import type { PersonalData } from '../../../core/personal-data.ts'
import { type PersonalCounts, personalKinds } from '../../../core/store/personal-data.ts'
import { shownText } from '../../output/shown-text.ts'

export function countsOf(data: PersonalData): PersonalCounts {
  return Object.fromEntries(personalKinds.map((kind) => [kind, data[kind].length])) as unknown as PersonalCounts
}

export function isNothing(counts: PersonalCounts): boolean {
  return personalKinds.every((kind) => counts[kind] === 0)
}

/** An answer about a misspelt name must not look like one about the person. */
export function nothingOf(owner: string): string {
  return `Nothing is kept under the name ${shownText(owner)}. An owner is found by its exact name.`
}
