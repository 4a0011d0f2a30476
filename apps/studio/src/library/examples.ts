/** An example as the server lists it. */
export interface Example {
  /** Paths on the server: its request, its picture, and its world where it has one. */
  readonly request: string
  readonly picture: string
  readonly world?: string
  /** Its sentence; empty where it starts from a photograph alone. */
  readonly text: string
}

/** The examples of a server. @throws what fetch throws; Error where the server refuses */
export async function fetchExamples(base: string, signal?: AbortSignal): Promise<Example[]> {
  const answer = await fetch(new URL('examples', base), signal ? { signal } : {})
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`)
  const { examples } = (await answer.json()) as { examples: readonly Example[] }
  return [...examples]
}
