// What the providers say: one table for the checks and for `--explain`.

import { calcomTexts } from './calcom-texts.ts'
import { calendlyTexts } from './calendly-texts.ts'
import type { ProviderText } from './provider-text.ts'

export type ProviderName = 'calendly' | 'calcom'

export const textsOf: Readonly<Record<ProviderName, readonly ProviderText[]>> = {
  calendly: calendlyTexts,
  calcom: calcomTexts,
}

/** Where an app is registered at a provider. */
export const consoleOf: Readonly<Record<ProviderName, string>> = {
  calendly: 'https://developer.calendly.com',
  calcom: 'https://app.cal.com/settings/developer/oauth',
}

/** Returns the text of the table that stands in what a provider has sent; `null`: none. */
export function meaningOfText(text: string, provider: ProviderName): ProviderText | null {
  return textsOf[provider].find(({ pattern }) => pattern.test(text)) ?? null
}
