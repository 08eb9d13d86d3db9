// Messages that reach somebody who runs the service or a command name an option of the library and its setting:
// `"keys" (PUNCTUAL_KEYS)`. Who has settings alone is told the setting alone.

/** Returns the sentence with each setting in the place of its option. */
export function inSettingWords(sentence: string): string {
  return sentence.replace(/"\w+" \(([A-Z]+_[A-Z_]+)\)/g, '$1')
}
