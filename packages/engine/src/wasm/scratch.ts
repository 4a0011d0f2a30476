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
  const parts = []
  for (const name in scratch) {
    const start = bytes
    const end = start + Math.ceil(scratch[name]!(args, tileColumns) / 4) * 4
    bytes = Math.ceil((end + 4) / 16) * 16
    parts.push({ name, start, end })
  }
  return { parts, bytes }
}

/** Where threads' scratch lies: that of thread t at `pointer + t * stride`. */
export interface ScratchMemory {
  readonly words: Uint32Array
  readonly pointer: number
  readonly stride: number
  readonly threads: number
}

export function setGuards({ parts }: ScratchLayout, memory: ScratchMemory): void {
  for (let thread = 0; thread < memory.threads; thread++)
    for (const { end } of parts) memory.words[guardAt(memory, thread, end)] = guard
}

/** @throws Error when a kernel wrote past a part of its scratch: the part is declared too small */
export function checkGuards(kernel: string, { parts }: ScratchLayout, memory: ScratchMemory): void {
  for (let thread = 0; thread < memory.threads; thread++) {
    for (const { name, end } of parts) {
      if (memory.words[guardAt(memory, thread, end)] !== guard)
        throw new Error(`kernel '${kernel}': expected to stay within its scratch '${name}'`)
    }
  }
}

const guardAt = ({ pointer, stride }: ScratchMemory, thread: number, end: number) =>
  (pointer + thread * stride + end) / 4
