// Messages that reach the operator of the service, or a person at a terminal, name an option of the library and its setting:
// `"keys" (PUNCTUAL_KEYS)`. They are told the setting alone.

/** Returns the sentence with each setting in the place of its option. */
export function inSettingWords(sentence: string): string {
  return sentence.replace(/"\w+" \(([A-Z]+_[A-Z_]+)\)/g, '$1')
}
