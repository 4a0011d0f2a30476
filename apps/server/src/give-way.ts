import { constants, getPriority, setPriority } from 'node:os'

/**
 * Whoever waits for an answer comes first: on a machine whose every core makes scenes, this process takes what the server
 * that started it leaves. Called before any thread is started, which inherits it.
 */
export function giveWay() {
  const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority
  try {
    setPriority(Math.min(PRIORITY_LOW, getPriority() + PRIORITY_BELOW_NORMAL))
  } catch {
    // some containers allow no change: the work is done all the same
  }
}
