/** What the device can do beyond plain WebGPU; kernels choose their version by it. */
export interface GpuFeatures {
  readonly f16: boolean
  /** 16x16x16 products of f16 summed in f32 by subgroups of 32: NVIDIA's shape. */
  readonly matrixUnits: boolean
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
  return {
    f16,
    matrixUnits:
      f16 &&
      features.has('subgroups') &&
      features.has('chromium-experimental-subgroup-matrix') &&
      hasSubgroups(adapterInfo, canPinSubgroups({ features })) &&
      (adapterInfo?.subgroupMatrixConfigs ?? []).some(isOurs),
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

const isOurs = ({ componentType, resultComponentType, M, N, K }: MatrixShape) =>
  componentType === 'f16' && resultComponentType === 'f32' && [M, N, K].every((n) => n === 16)
