import { struct, wasmKernel } from './kernel.ts'

/** Rows of a product's tile. */
export const tileRows = 6

export const constants = { TILE_ROWS: tileRows }

/** What becomes of a product's sums: residual + gate * (multiply * activation(sum + bias)), `columns` wide. */
export const epilogue = struct('Epilogue', {
  out: 'pointer',
  columns: 'i32',
  bias: 'pointer?',
  activation: 'i32',
  multiply: 'pointer?',
  gate: 'pointer?',
  residual: 'pointer?',
})

/** Images x[B, H, W, C], with so many rows and columns of zeros before the first. */
export const paddedImage = struct('PaddedImage', {
  x: 'pointer',
  height: 'i32',
  width: 'i32',
  channels: 'i32',
  top: 'i32',
  left: 'i32',
})

/** A matrix [n, k] at `from` into panels at `to`. */
export const packPanelsKernel = wasmKernel('packPanels', {
  from: 'pointer',
  to: 'pointer',
  n: 'i32',
  k: 'i32',
})

/** Runs of `length` words, so many words from one to the next. */
export const copyRunsKernel = wasmKernel('copyRuns', {
  from: 'pointer',
  to: 'pointer',
  fromApart: 'i32',
  toApart: 'i32',
  length: 'i32',
  rows: 'i32',
  rowsPerJob: 'i32',
})
