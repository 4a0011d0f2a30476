import { wasmKernel } from '../../wasm/kernel.ts'
import { tileBytes, wholeTiles } from '../../wasm/tile.ts'
import { epilogue, paddedImage, tileRows } from '../../wasm/wasm-kernels.ts'

export const conv2dKernel = wasmKernel(
  'conv2d',
  {
    source: paddedImage,
    packed: 'pointer',
    outHeight: 'i32',
    outWidth: 'i32',
    zoom: 'i32',
    kernelHeight: 'i32',
    kernelWidth: 'i32',
    stride: 'i32',
    rowsPerJob: 'i32',
    panels: 'i32',
    epilogue,
  },
  {
    sums: (_, tileColumns) => tileBytes(tileColumns),
    taps: ({ kernelHeight }) => 4 * kernelHeight,
    rows: ({ rowsPerJob, outWidth }) => 4 * wholeTiles(rowsPerJob * outWidth) * tileRows,
    outs: ({ rowsPerJob, outWidth }) => 4 * rowsPerJob * outWidth,
    patch: ({ source, rowsPerJob, outWidth, stride, kernelHeight, kernelWidth }) => {
      const height = (rowsPerJob - 1) * stride + kernelHeight
      const width = (outWidth - 1) * stride + kernelWidth
      return 4 * height * width * source.channels
    },
  },
)

const winogradFields = {
  source: paddedImage,
  packed: 'pointer',
  outHeight: 'i32',
  outWidth: 'i32',
  /** Even. */
  rowsPerJob: 'i32',
  panels: 'i32',
  /** Windows that go together: whole tiles of rows. */
  group: 'i32',
  epilogue,
} as const

/** @param side pixels a side of a window; its square is how many products there are */
const winogradOf = (name: string, side: number) =>
  wasmKernel(name, winogradFields, {
    tap: () => 4,
    rows: ({ group }) => 4 * group,
    windows: ({ group, source }) => 4 * side ** 2 * group * source.channels,
    products: ({ group, panels }, tileColumns) => 4 * side ** 2 * group * panels * tileColumns,
    patch({ source, rowsPerJob, outWidth }) {
      const along = (windows: number) => windows * (side - 2) + 2
      return 4 * along(rowsPerJob / 2) * along(Math.ceil(outWidth / 2)) * source.channels
    },
  })

export const winogradKernel = winogradOf('winograd', 4)

export const winogradDoubledKernel = winogradOf('winogradDoubled', 3)
