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
