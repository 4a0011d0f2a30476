/** What of WebAssembly this machine has. */
export interface WasmFeatures {
  readonly simd: boolean
  /** Fused multiply-add on vectors, which is the half of a matrix product's speed. */
  readonly relaxedSimd: boolean
  /** Memory that several threads share; browsers have it in cross-origin isolated pages only. */
  readonly sharedMemory: boolean
}

/** A module of one function of no arguments: the smallest that says whether its code is understood. */
function understands(resultType: number, code: readonly number[]): boolean {
  const body = [0, ...code, 0x0b]
  return WebAssembly.validate(
    Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...[1, 5, 1, 0x60, 0, 1, resultType], // type: () -> resultType
      ...[3, 2, 1, 0], // function 0 has type 0
      ...[10, body.length + 2, 1, body.length, ...body],
    ]),
  )
}

const v128 = 0x7b
const zero = [0x41, 0, 0xfd, 0x0f] // i32.const 0, i8x16.splat
const relaxedMadd = [0xfd, 0x85, 0x02]

export function detectFeatures(): WasmFeatures {
  return {
    simd: understands(v128, zero),
    relaxedSimd: understands(v128, [...zero, ...zero, ...zero, ...relaxedMadd]),
    sharedMemory:
      typeof SharedArrayBuffer === 'function' && globalThis.crossOriginIsolated !== false,
  }
}
