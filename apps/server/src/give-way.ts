import { constants, setPriority } from 'node:os'

/**
 * Whoever waits for an answer comes first: on a machine whose every core makes scenes, this process takes what the server
 * leaves. Called before any thread is started, which inherits it.
 */
export function giveWay() {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // some containers allow no change: the work is done all the same
  }
}
