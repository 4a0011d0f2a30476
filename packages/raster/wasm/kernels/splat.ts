// What the rasterizer's kernels hand on from one to the next.

// A splat, a Gaussian on the image: at d from the centre it is opacity * 2^-power, where power is
// (whiten (d.x + shear d.y))^2 + (steep d.y)^2: sums of squares, which keep thin ellipses exact.
export const CENTER_X: usize = 0
export const CENTER_Y: usize = 4
export const WHITEN: usize = 8
export const SHEAR: usize = 12
export const STEEP: usize = 16
/** The power up to which it counts, with a little room. */
export const REACH: usize = 20
export const OPACITY: usize = 24
export const ID: usize = 28
export const COLOR: usize = 32
export const DEPTH: usize = 44
/** Around what counts, with a little room and within the image: first and last group of four columns, first and last row. */
export const BOX: usize = 48

/** What a tile is wide and high: eight groups of four pixels, and eight rows. */
export const TILE_SPAN_BITS = 3

/** In a pair, of a splat and a tile, is the splat's number; above it its depth, since positive floats sort as their bits do. */
export const PAIR_SPLAT: usize = 0
