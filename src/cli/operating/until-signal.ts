// Aborts when the command is to stop: Ctrl+C, or the end of its terminal or container.

export function untilSignal(): AbortSignal {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop.abort())
  return stop.signal
}
