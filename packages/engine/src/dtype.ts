/** What a tensor's elements are stored as. Arithmetic is f32 whatever the storage. */
export type DType = 'f32' | 'f16' | 'u32'

export const bytesPerElement = { f32: 4, f16: 2, u32: 4 } as const satisfies Record<DType, number>
