/** An example as the server, or the folder of a page without one, lists it. */
export interface Example {
  /** Addresses, as the page reads them: its request, its picture, and its world where it has one. */
  readonly request: string
  readonly picture: string
  readonly world?: string
  /** Its sentence; empty where it starts from a photograph alone. */
  readonly text: string
}

/** Where they are listed. */
const list = import.meta.env.MODE === 'static' ? 'examples.json' : 'examples'

/** The examples that come with the page. @throws what fetch throws; Error where the server refuses */
export async function fetchExamples(base: string, signal?: AbortSignal): Promise<Example[]> {
  const answer = await fetch(new URL(list, base), signal ? { signal } : {})
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`)
  const { examples } = (await answer.json()) as { examples: readonly Example[] }
  return [...examples]
}
