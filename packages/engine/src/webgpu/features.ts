/** What the device can do beyond plain WebGPU; kernels choose their version by it. */
export interface GpuFeatures {
  readonly f16: boolean
  /** 16x16x16 products of f16 summed in f32 by subgroups of 32: NVIDIA's shape. */
  readonly matrixUnits: boolean
  /** Beside them 16x16x32 products of i8 summed in i32. */
  readonly byteUnits: boolean
  readonly workgroupStorageBytes: number
}

/** The part of a `GPUDevice` that says what it can do. */
export interface DeviceWords {
  readonly features: Pick<ReadonlySet<string>, 'has'>
  readonly limits: { readonly maxComputeWorkgroupStorageSize: number }
  readonly adapterInfo?: {
    readonly subgroupMinSize?: number
    readonly subgroupMaxSize?: number
    readonly subgroupMatrixConfigs?: readonly MatrixShape[]
  }
}

/** A product that a subgroup does as one: `[M, K]` times `[K, N]`. */
export interface MatrixShape {
  readonly componentType: string
  readonly resultComponentType: string
  readonly M: number
  readonly N: number
  readonly K: number
}

/** Threads that share a matrix in our kernels. */
export const subgroupSize = 32

/** What kernels may count on, by what the device says; with no word of something they do without. */
export function gpuFeatures({ features, limits, adapterInfo }: DeviceWords): GpuFeatures {
  const f16 = features.has('shader-f16')
  const hasUnits =
    f16 &&
    features.has('subgroups') &&
    features.has('chromium-experimental-subgroup-matrix') &&
    hasSubgroups(adapterInfo, canPinSubgroups({ features }))
  const has = (from: string, to: string, depth: number) =>
    hasUnits && (adapterInfo?.subgroupMatrixConfigs ?? []).some(multiplies(from, to, depth))
  const matrixUnits = has('f16', 'f32', 16)
  return {
    f16,
    matrixUnits,
    byteUnits: matrixUnits && has('i8', 'i32', 32),
    workgroupStorageBytes: limits.maxComputeWorkgroupStorageSize,
  }
}

/** Whether a kernel can say how large its subgroups are; where not, they must all be of that size. */
export const canPinSubgroups = ({ features }: Pick<DeviceWords, 'features'>): boolean =>
  features.has('subgroup-size-control')

function hasSubgroups(info: DeviceWords['adapterInfo'], canPin: boolean): boolean {
  const { subgroupMinSize: least = 0, subgroupMaxSize: most = 0 } = info ?? {}
  return canPin
    ? least <= subgroupSize && subgroupSize <= most
    : least === subgroupSize && subgroupSize === most
}

const multiplies =
  (from: string, to: string, depth: number) =>
  ({ componentType, resultComponentType, M, N, K }: MatrixShape) =>
    componentType === from && resultComponentType === to && M === 16 && N === 16 && K === depth
