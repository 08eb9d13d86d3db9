// What a file with keys must be before it is read. A pipe can be read once, and keys are read again; and neither a pipe nor a
// device need ever end.

export const longestKeysBytes: number = 64 * 1024

/** Returns what is wrong with the file of these facts, as the rest of a sentence; `null`: it can be read. */
export function problemWithKeyFile(file: { readonly size: number; isFile(): boolean }): string | null {
  if (!file.isFile()) return 'is a folder, a pipe or a device, and must be a regular file'
  return file.size > longestKeysBytes ? `has more than ${longestKeysBytes / 1024} KiB, and keys have far less` : null
}
