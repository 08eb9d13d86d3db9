// How a store is opened and closed while others use it: opened once, closed once, and never both at a time.

export interface Opening {
  /** Opens it, or joins the opening. Where it is being closed it is opened again after that. */
  open(): Promise<void>
  /** Closes it once it is open, or joins the closing. */
  close(): Promise<void>
}

/** `begin` opens it, and leaves nothing open where it rejects; `end` closes it. */
export function createOpening(begin: () => Promise<void>, end: () => Promise<void>): Opening {
  let opening: Promise<void> | null = null
  let closing: Promise<void> = Promise.resolve()
  return {
    open() {
      if (opening) return opening
      const begun = closing.then(begin)
      opening = begun
      begun.catch(() => {
        if (opening === begun) opening = null
      })
      return begun
    },
    close() {
      if (!opening) return closing
      const ended = opening.then(end, () => {})
      opening = null
      closing = ended.catch(() => {})
      return ended
    },
  }
}

export interface OpenedByUse {
  /** Runs an operation once it is open. */
  run<Result>(operation: () => Result | Promise<Result>): Promise<Result>
  /** Closes it once the operations in hand have ended. One that comes during that or later opens it again. */
  close(): Promise<void>
}

/** Opened by the first operation, and again after it could not be opened. */
export function openedByUse(begin: () => Promise<void>, end: () => Promise<void>): OpenedByUse {
  let isOpen = false
  /** Operations in hand, and what is called when there are none any more. */
  let inHand = 0
  let idle = () => {}

  const { open, close } = createOpening(
    async () => {
      await begin()
      isOpen = true
    },
    async () => {
      isOpen = false
      if (inHand > 0) {
        await new Promise<void>((resolve) => {
          idle = resolve
        })
      }
      await end()
    },
  )

  return {
    async run(operation) {
      // More than once where it is closed in the same moment.
      while (!isOpen) await open()
      inHand++
      try {
        return await operation()
      } finally {
        inHand--
        if (inHand === 0) idle()
      }
    },
    close,
  }
}
