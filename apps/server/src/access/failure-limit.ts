interface FailureLimit {
  /**
   * Counts an attempt.
   * @param owner whom the token belongs to; undefined when it was wrong
   * @returns whether it is refused, right or wrong
   */
  refuses(address: string, owner: string | undefined): boolean
}

/** More addresses than this at once are an attack by itself; then the oldest counts go. */
const mostAddresses = 10_000

/**
 * Limits guessing: after so many wrong tokens within a time, further ones of that address are not told from right ones.
 * Owners who were let in from there before still are, so that a guesser does not lock out his neighbours.
 */
export function createFailureLimit({
  most,
  withinMs,
}: {
  readonly most: number
  readonly withinMs: number
}): FailureLimit {
  const counts = new Map<string, { failures: number; since: number }>()
  const letIn = new Set<string>()
  return {
    refuses(address, owner) {
      const now = performance.now()
      const found = counts.get(address)
      const count = found && now - found.since < withinMs ? found : { failures: 0, since: now }
      const pair = `${address} ${owner}`
      if (owner !== undefined) {
        if (count.failures >= most && !letIn.has(pair)) return true
        if (letIn.size >= mostAddresses) letIn.clear()
        letIn.add(pair)
        return false
      }
      counts.delete(address)
      counts.set(address, { ...count, failures: count.failures + 1 })
      if (counts.size > mostAddresses) counts.delete(counts.keys().next().value!)
      return count.failures >= most
    },
  }
}
