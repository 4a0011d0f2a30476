/** An error as every route answers it, before a face of its own makes of it what its clients expect. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly requestId: string
}

/** The error in a payload; undefined for any other payload. */
export function failureIn(payload: unknown): Failure | undefined {
  if (typeof payload !== 'object' || payload === null || !('error' in payload)) return undefined
  const { error } = payload
  if (typeof error !== 'object' || error === null || !('requestId' in error)) return undefined
  return error as Failure
}

/** In one sentence what went wrong and what to do. */
export const inWords = ({ message, hint }: Pick<Failure, 'message' | 'hint'>) =>
  hint === undefined ? message : `${message}. ${hint}`
