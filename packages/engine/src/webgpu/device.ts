/** How Dawn is opened for our kernels, in Node: arguments of the package `webgpu`'s `create`. */
export const dawnOptions: readonly string[] = [
  // disable_robustness: the bounds checks that it leaves out cost the products on matrix units two thirds of their
  // speed; our kernels stay within their bindings by themselves
  'enable-dawn-features=allow_unsafe_apis,vulkan_enable_f16_on_nvidia,use_vulkan_memory_model,disable_robustness',
  // new buffers are written before they are read
  'disable-dawn-features=lazy_clear_resource_on_first_use,timestamp_quantization',
]

const usefulFeatures = [
  'shader-f16',
  'subgroups',
  'subgroup-size-control',
  'chromium-experimental-subgroup-matrix',
  'timestamp-query',
]

/** What an engine wants of an adapter: every feature that a kernel uses, and the largest limits. */
export const deviceDescriptor = ({ features, limits }: GPUAdapter): GPUDeviceDescriptor => ({
  requiredFeatures: usefulFeatures.filter((name) => features.has(name)) as GPUFeatureName[],
  requiredLimits: {
    maxBufferSize: limits.maxBufferSize,
    maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
    maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
    maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
  },
})
