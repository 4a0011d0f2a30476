/** A text that comes out of a link is no longer than this: who made the link may not be a friend. */
const mostBytes = 16 * 2 ** 20

/** A text as the fragment of a URL: deflated, in base64 of URLs. */
export async function packText(text: string): Promise<string> {
  const deflated = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  const bytes = new Uint8Array(await new Response(deflated).arrayBuffer())
  let characters = ''
  for (const byte of bytes) characters += String.fromCharCode(byte)
  return btoa(characters).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** The inverse of `packText`. @throws Error on what is no such text, or too long */
export async function unpackText(packed: string): Promise<string> {
  const characters = atob(packed.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(characters, (character) => character.charCodeAt(0))
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const reader = inflated.getReader()
  let text = ''
  for (let length = 0; ;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    length += value.length
    if (length > mostBytes) {
      await reader.cancel()
      throw new RangeError('the link holds more than a project')
    }
    text += decoder.decode(value, { stream: true })
  }
}
