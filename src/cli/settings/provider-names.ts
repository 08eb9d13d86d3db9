// The providers whose apps the settings name.

export type Provider = 'calendly' | 'calcom'

export const providers: readonly Provider[] = ['calendly', 'calcom']
