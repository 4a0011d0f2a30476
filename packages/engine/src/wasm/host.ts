/** What an operation's WebAssembly version may use. */
export interface WasmHost {
  readonly threads: number
}
