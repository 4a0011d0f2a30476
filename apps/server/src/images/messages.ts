/** The process that decodes is loaded. */
export interface DecoderReady {
  readonly ready: true
}

/** What the process that decodes answers to the bytes of a photograph. */
export type FromDecoder =
  | {
      readonly width: number
      readonly height: number
      readonly warnings: readonly string[]
    }
  | { readonly error: { readonly code: string; readonly message: string } }
