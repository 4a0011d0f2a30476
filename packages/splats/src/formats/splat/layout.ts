import type { Axes } from '../../axes.ts'

/** Bytes of a record: position 3 x f32, linear scale 3 x f32, rgba, rotation wxyz. */
export const SPLAT_BYTES = 32

/** Frame of .splat files, which never say: OpenCV, by habit. */
export const SPLAT_AXES: Axes = 'RDF'
