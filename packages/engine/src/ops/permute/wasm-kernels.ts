import { numbers, wasmKernel } from '../../wasm/kernel.ts'
import { maxAxes } from './arguments.ts'

export const constants = { MOST_AXES: maxAxes }

/** Sizes of the result's axes and their strides in `from`, in words; those that it lacks come first, of size 1. */
export const permuteKernel = wasmKernel('permute', {
  from: 'pointer',
  to: 'pointer',
  sizes: numbers('i32', maxAxes),
  strides: numbers('i32', maxAxes),
  rows: 'i32',
  rowsPerJob: 'i32',
})
