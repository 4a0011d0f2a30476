/** What a GPU computes with. `int8` is f16 with the large linear layers of transformer and text encoder in 8 bits. */
export const precisions = ['int8', 'f16', 'f32'] as const

/** One of `precisions`. */
export type Precision = (typeof precisions)[number]
