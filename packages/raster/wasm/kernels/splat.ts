// What the rasterizer's kernels hand on from one to the next.

// A splat, a Gaussian on the image: at d from the centre it is opacity * 2^-power, where power is
// (whiten (d.x + shear d.y))^2 + (steep d.y)^2: sums of squares, which keep thin ellipses exact.
export const CENTER_X: usize = 0
export const CENTER_Y: usize = 4
export const WHITEN: usize = 8
export const SHEAR: usize = 12
export const STEEP: usize = 16
export const OPACITY: usize = 20
export const DEPTH: usize = 24
export const COLOR: usize = 28
export const ID: usize = 40
/** Half the sides of the box around what counts, with a little room. */
export const HALF_X: usize = 44
export const HALF_Y: usize = 48
/** First and last tile, in 16 bits each. */
export const COLUMNS: usize = 52
export const ROWS: usize = 56
/** The power up to which it counts, with a little room. */
export const REACH: usize = 60
