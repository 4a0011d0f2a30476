import type { Fields, Values, WasmKernel } from './kernel.ts'

/** Stands behind each part of a thread's scratch; a kernel that writes past the part's end changes it. */
const guard = 0x5caff01d

/** A thread's scratch: where each part starts, and where its guard stands, in bytes. */
export interface ScratchLayout {
  readonly parts: readonly { readonly name: string; readonly start: number; readonly end: number }[]
  readonly bytes: number
}

export function layOutScratch<F extends Fields>(
  { scratch }: WasmKernel<F>,
  args: Values<F>,
  tileColumns: number,
): ScratchLayout {
  let bytes = 0
  const parts = Object.entries(scratch).map(([name, sizeOf]) => {
    const start = bytes
    const end = start + Math.ceil(sizeOf(args, tileColumns) / 4) * 4
    bytes = Math.ceil((end + 4) / 16) * 16
    return { name, start, end }
  })
  return { parts, bytes }
}

/** Where threads' scratch lies: that of thread t at `pointer + t * stride`. */
export interface ScratchMemory {
  readonly words: Uint32Array
  readonly pointer: number
  readonly stride: number
  readonly threads: number
}

export function setGuards(layout: ScratchLayout, memory: ScratchMemory): void {
  for (const at of guardsOf(layout, memory)) memory.words[at.word] = guard
}

/** @throws Error when a kernel wrote past a part of its scratch: the part is declared too small */
export function checkGuards(kernel: string, layout: ScratchLayout, memory: ScratchMemory): void {
  for (const { name, word } of guardsOf(layout, memory)) {
    if (memory.words[word] !== guard)
      throw new Error(`kernel '${kernel}': expected to stay within its scratch '${name}'`)
  }
}

function* guardsOf({ parts }: ScratchLayout, { pointer, stride, threads }: ScratchMemory) {
  for (let thread = 0; thread < threads; thread++) {
    for (const { name, end } of parts) yield { name, word: (pointer + thread * stride + end) / 4 }
  }
}
