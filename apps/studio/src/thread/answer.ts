/** What a thread says to who has asked it: how far it is, and then what came of it. */
export type ThreadAnswer<Result> =
  | { readonly share: number }
  | { readonly result: Result }
  | { readonly failure: { readonly message: string; readonly code?: string | undefined } }

/**
 * The script of a thread that does one thing away from the page, so that the view goes on.
 * @param memoryOf what is handed over of a result instead of copied
 */
export function answerInThread<Work, Result>(
  work: (asked: Work, tell: (share: number) => void) => Promise<Result>,
  memoryOf: (result: Result) => Transferable[] = () => [],
): void {
  const say = (answer: ThreadAnswer<Result>, transfer: Transferable[] = []) =>
    self.postMessage(answer, { transfer })
  self.onmessage = async ({ data }: MessageEvent<Work>) => {
    try {
      const result = await work(data, (share) => say({ share }))
      say({ result }, memoryOf(result))
    } catch (error) {
      const { message, code } = error as Error & { readonly code?: string }
      say({ failure: { message, code } })
    }
  }
}
