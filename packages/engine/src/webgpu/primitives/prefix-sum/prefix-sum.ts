import type { Tensor } from '../../../tensor.ts'
import { elementCount } from '../../../tensor.ts'
import type { Kernel } from '../../kernel.ts'
import { kernelsBy } from '../../kernel.ts'
import type { GpuRecorder } from '../../recorder.ts'
import { spread } from '../../recorder.ts'
import { scanThreads, scanWorkgroupSnippet } from '../scan-workgroup.ts'

/** Numbers a thread sums before threads work together. */
const perThread = 8
const blockSize = scanThreads * perThread

/** Adds two numbers; what does not fit stays at 2^32 - 1. That is associative, so the order of adding is free. */
const plusSnippet = `
fn plus(a: u32, b: u32) -> u32 {
  let sum = a + b;
  return select(sum, 0xffffffffu, sum < a);
}`

const head = `
${plusSnippet}
${scanWorkgroupSnippet}
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let block = group.y * groups.x + group.x;
  if (block * ${blockSize}u >= u.count) { return; }
  let first = block * ${blockSize}u + thread * ${perThread}u;
  let end = min(first + ${perThread}u, u.count);
  var sum = 0u;
  for (var i = first; i < end; i++) { sum = plus(sum, values[i]); }`

/** One total a block. */
const reduceKernel: Kernel = {
  name: 'prefix sum, reduce',
  inputs: { values: 'u32' },
  outputs: { totals: 'u32' },
  uniforms: { count: 'u32' },
  workgroup: [scanThreads, 1, 1],
  code: `${head}
  _ = scanWorkgroup(thread, sum);
  if (thread == 0u) { totals[block] = scanTotal(); }
}`,
}

/** The sums within each block, starting at that block's `starts` if it is there. */
const scanKernel = kernelsBy(({ hasStarts }: { hasStarts: boolean }): Kernel => ({
  name: 'prefix sum, scan',
  inputs: { values: 'u32', ...(hasStarts ? { starts: 'u32' } : {}) },
  outputs: { sums: 'u32' },
  uniforms: { count: 'u32' },
  workgroup: [scanThreads, 1, 1],
  code: `${head}
  var before = scanWorkgroup(thread, sum);
  ${hasStarts ? 'before = plus(starts[block], before);' : ''}
  for (var i = first; i < end; i++) {
    sums[i] = before;
    before = plus(before, values[i]);
  }
}`,
}))

/**
 * Prepares prefix sums of up to `capacity` numbers; the memory for them is taken once.
 *
 * The function that comes back records the work for u32 `values`, `[count]`, and gives `sums`, `[capacity]`:
 * `sums[i]` is the sum of all values before `i`. Sums beyond 2^32 - 1 stay there. The next call writes
 * to the same tensor.
 */
export function createPrefixSum(gpu: GpuRecorder, capacity: number): (values: Tensor) => Tensor {
  const sums = gpu.scratch([capacity], 'u32')
  const blocks = Math.ceil(capacity / blockSize)
  if (blocks <= 1) {
    return (values) => {
      gpu.dispatch(
        scanKernel({ hasStarts: false }),
        { values, sums },
        { count: elementCount(values.shape) },
        [1],
      )
      return sums
    }
  }
  const totals = gpu.scratch([blocks], 'u32')
  const sumTotals = createPrefixSum(gpu, blocks)
  return (values) => {
    const count = elementCount(values.shape)
    const grid = spread(blocks)
    gpu.dispatch(reduceKernel, { values, totals }, { count }, grid)
    gpu.dispatch(
      scanKernel({ hasStarts: true }),
      { values, starts: sumTotals(totals), sums },
      { count },
      grid,
    )
    return sums
  }
}
