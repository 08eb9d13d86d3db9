// Progress of long work, on stderr: one line that is drawn again. Where stderr is not a terminal, nothing.

export interface ProgressScreen {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export interface Progress {
  show(text: string): void
  /** Removes the line. */
  end(): void
}

const leastPauseMs = 100
/** What is over sooner needs none. */
const quietMs = 300

export function createProgress(screen: ProgressScreen = process.stderr, now: () => number = Date.now): Progress {
  let [nextAt, isDrawn] = [now() + quietMs, false]
  return {
    show(text) {
      if (!screen.isTTY || now() < nextAt) return
      ;[nextAt, isDrawn] = [now() + leastPauseMs, true]
      screen.write(`\r\u001b[K${text}`)
    },
    end() {
      if (isDrawn) screen.write('\r\u001b[K')
      isDrawn = false
    },
  }
}
