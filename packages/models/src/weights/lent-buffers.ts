/**
 * Memory for what is read, lent again and again while a model is loaded: a system hands fresh memory out page by page,
 * which takes many times longer than to fill it.
 */

/** What nobody has, by length. */
const free = new Map<number, ArrayBuffer[]>()
const lent = new WeakSet<ArrayBufferLike>()

/** A buffer of exactly so many bytes, of any content. Whoever does not return it may keep it. */
export function lendBuffer(bytes: number): ArrayBuffer {
  const buffer = free.get(bytes)?.pop() ?? new ArrayBuffer(bytes)
  lent.add(buffer)
  return buffer
}

/** Takes a buffer back that nobody reads any more; one that was not lent is nobody's business. */
export function returnBuffer(buffer: ArrayBufferLike): void {
  if (!lent.delete(buffer) || !(buffer instanceof ArrayBuffer)) return
  const alike = free.get(buffer.byteLength)
  if (alike) alike.push(buffer)
  else free.set(buffer.byteLength, [buffer])
}

/** Gives up what nobody has. */
export const dropBuffers = () => free.clear()
