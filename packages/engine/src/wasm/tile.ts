import { tileRows } from './wasm-kernels.ts'

export const tileBytes = (tileColumns: number) => 4 * tileRows * tileColumns

/** How many tiles `rows` rows take. */
export const wholeTiles = (rows: number) => Math.ceil(rows / tileRows)

export const roundUp = (value: number, step: number) => Math.ceil(value / step) * step
