import { randomUUID } from 'node:crypto'
import type { Answer, CallContext, Endpoint, Started } from './endpoint.ts'

/** A call of an endpoint whose answer a client waits for. */
export interface Call {
  /** What clients call `event_id`: the job's id where a job answers, else a random one. */
  readonly id: string
  readonly endpoint: Endpoint
  readonly context: CallContext
  readonly started: Started
}

/** What one client waits for. */
export interface Session {
  readonly calls: Map<string, Call>
  /** Tells the stream of its events of a further call. */
  ring: () => void
  touchedAt: number
}

/** Sessions that nobody listened to for so long are forgotten; their jobs go on. */
const forgetAfterMs = 30 * 60_000
const maxSessions = 10_000
const maxCallsInSession = 1000

/**
 * The calls that clients of this process wait for, by session. Jobs and their events are in the queue; all that is lost
 * with the process is who listens.
 */
export function createCalls() {
  const sessions = new Map<string, Session>()
  /** One owner's sessions are not found by another, whatever name he guesses. */
  const keyOf = (owner: string, session: string) => `${session} ${owner}`

  const forget = () => {
    const old = performance.now() - forgetAfterMs
    for (const [key, session] of sessions) {
      if (session.touchedAt > old && sessions.size <= maxSessions) return
      sessions.delete(key)
    }
  }

  return {
    /** @param name of the session whose stream tells of the call; one without is its own session */
    add(endpoint: Endpoint, context: CallContext, started: Started, name?: string): Call {
      const { owner } = context.caller
      const id = 'job' in started ? started.job.id : randomUUID()
      const call = { id, endpoint, context, started }
      const key = keyOf(owner, name ?? id)
      const session = sessions.get(key) ?? { calls: new Map(), ring() {}, touchedAt: 0 }
      session.calls.set(call.id, call)
      if (session.calls.size > maxCallsInSession) {
        session.calls.delete(session.calls.keys().next().value!)
      }
      session.touchedAt = performance.now()
      sessions.delete(key) // so that the map is in the order of touch
      sessions.set(key, session)
      session.ring()
      forget()
      return call
    },
    /** The answer of a call that no job answers, once. */
    takeAnswer(owner: string, id: string): Answer | undefined {
      const key = keyOf(owner, id)
      const call = sessions.get(key)?.calls.get(id)
      sessions.delete(key)
      return call && !('job' in call.started) ? call.started : undefined
    },
    session: (owner: string, name: string) => sessions.get(keyOf(owner, name)),
    /** A call by its session's name and its own id: who knows both has made it. */
    find(name: string, id: string): Call | undefined {
      for (const [key, { calls }] of sessions) {
        if (key.startsWith(`${name} `) && calls.has(id)) return calls.get(id)
      }
      return undefined
    },
  }
}

export type Calls = ReturnType<typeof createCalls>
