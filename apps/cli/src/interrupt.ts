/** Ctrl-C cancels the work cleanly; a second one ends the process as usual. */
export function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController()
  process.once('SIGINT', () => controller.abort())
  return controller.signal
}
