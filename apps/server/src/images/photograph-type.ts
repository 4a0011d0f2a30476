const startsWith = (bytes: Uint8Array, start: readonly number[], at = 0) =>
  start.every((byte, i) => bytes[at + i] === byte)

const letters = (text: string) => [...text].map((letter) => letter.charCodeAt(0))

/** By content: what a file or its sender calls it says nothing. */
export const isPhotograph = (bytes: Uint8Array): boolean =>
  startsWith(bytes, [0xff, 0xd8, 0xff]) ||
  startsWith(bytes, [0x89, ...letters('PNG\r\n'), 0x1a, 0x0a]) ||
  (startsWith(bytes, letters('RIFF')) && startsWith(bytes, letters('WEBP'), 8))
