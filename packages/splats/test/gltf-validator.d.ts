/** The part of the validator that the tests use; the package has no types. */
declare module 'gltf-validator' {
  interface Message {
    readonly code: string
    readonly pointer: string
  }
  export function validateBytes(bytes: Uint8Array): Promise<{
    issues: { numErrors: number; numWarnings: number; messages: Message[] }
  }>
}
