import type { Tensor } from '../../../tensor.ts'
import type { Kernel } from '../../kernel.ts'
import type { GpuRecorder } from '../../recorder.ts'
import { spread } from '../../recorder.ts'
import { createPrefixSum } from '../prefix-sum/prefix-sum.ts'
import { scanThreads, scanWorkgroupSnippet } from '../scan-workgroup.ts'

/** Bits that one pass sorts by: 16 counters a thread fit workgroup memory, two in each word. */
const digitBits = 4
const digits = 1 << digitBits
const perThread = 8
const blockSize = scanThreads * perThread

export interface SortPairs {
  /** u32. Keys and values are work space, too: they hold nothing of use afterwards. */
  readonly keys: Tensor
  readonly values: Tensor
  /** How many pairs there are, in device memory: word `offset` of `words`. At most the capacity. */
  readonly count: { readonly words: Tensor; readonly offset: number }
}

const uniforms = { countAt: 'u32', blocks: 'u32', shift: 'u32', mask: 'u32' } as const

const head = `
fn digitOf(key: u32) -> u32 { return (key >> u.shift) & u.mask; }
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let block = group.y * groups.x + group.x;
  if (block >= u.blocks) { return; }
  let count = counts[u.countAt];`

/** How many keys of each block have each digit: `[digits, blocks]`, also for blocks behind the last pair. */
const countKernel: Kernel = {
  name: 'radix sort, count',
  inputs: { keys: 'u32', counts: 'u32' },
  outputs: { histogram: 'u32' },
  uniforms,
  workgroup: [scanThreads, 1, 1],
  code: `
var<workgroup> tally: array<atomic<u32>, ${digits}>;
${head}
  let end = min((block + 1u) * ${blockSize}u, count);
  for (var i = block * ${blockSize}u + thread; i < end; i += ${scanThreads}u) {
    atomicAdd(&tally[digitOf(keys[i])], 1u);
  }
  workgroupBarrier();
  if (thread < ${digits}u) { histogram[thread * u.blocks + block] = atomicLoad(&tally[thread]); }
}`,
}

/**
 * Sorts a block in workgroup memory, then writes each digit's run to its place.
 * `shared` first holds a counter for each digit and thread, digits d and d + 8 in one word, in the order
 * in which equal digits must come out; its prefix sum says where each thread's first key of a digit goes.
 */
const scatterKernel: Kernel = {
  name: 'radix sort, scatter',
  inputs: { keys: 'u32', values: 'u32', counts: 'u32', starts: 'u32' },
  outputs: { sortedKeys: 'u32', sortedValues: 'u32' },
  uniforms,
  workgroup: [scanThreads, 1, 1],
  code: `
fn plus(a: u32, b: u32) -> u32 { return a + b; }
${scanWorkgroupSnippet}
var<workgroup> slots: array<u32, ${blockSize}>;
var<workgroup> runs: array<u32, ${digits}>;
fn slotOf(digit: u32, thread: u32) -> u32 { return (digit % 8u) * ${scanThreads}u + thread; }
${head}
  let start = block * ${blockSize}u;
  if (start >= count) { return; }
  let valid = min(count - start, ${blockSize}u);

  for (var d = 0u; d < 8u; d++) { slots[slotOf(d, thread)] = 0u; }
  var blockKeys: array<u32, ${perThread}>;
  var digit: array<u32, ${perThread}>;
  for (var j = 0u; j < ${perThread}u; j++) {
    let i = thread * ${perThread}u + j;
    digit[j] = ${digits - 1}u; // what is behind the last pair stays behind
    if (i < valid) {
      blockKeys[j] = keys[start + i];
      digit[j] = digitOf(blockKeys[j]);
    }
    slots[slotOf(digit[j], thread)] += 1u << (digit[j] / 8u * 16u);
  }

  workgroupBarrier();
  var sum = 0u;
  for (var j = 0u; j < 8u; j++) { sum += slots[thread * 8u + j]; }
  var before = scanWorkgroup(thread, sum);
  before += scanTotal() << 16u; // digits 8 and up come after all of the lower ones
  for (var j = 0u; j < 8u; j++) {
    let tally = slots[thread * 8u + j];
    slots[thread * 8u + j] = before;
    before += tally;
  }
  workgroupBarrier();
  if (thread < ${digits}u) {
    let first = (slots[slotOf(thread, 0u)] >> (thread / 8u * 16u)) & 0xffffu;
    runs[thread] = starts[thread * u.blocks + block] - first;
  }
  workgroupBarrier();
  var place: array<u32, ${perThread}>;
  for (var j = 0u; j < ${perThread}u; j++) {
    let slot = slotOf(digit[j], thread);
    let high = digit[j] / 8u * 16u;
    place[j] = (slots[slot] >> high) & 0xffffu;
    slots[slot] += 1u << high;
  }

  workgroupBarrier();
  for (var j = 0u; j < ${perThread}u; j++) { slots[place[j]] = blockKeys[j]; }
  workgroupBarrier();
  var destination: array<u32, ${perThread}>;
  for (var j = 0u; j < ${perThread}u; j++) {
    let i = j * ${scanThreads}u + thread;
    if (i < valid) {
      let key = slots[i];
      destination[j] = runs[digitOf(key)] + i;
      sortedKeys[destination[j]] = key;
    }
  }
  workgroupBarrier();
  for (var j = 0u; j < ${perThread}u; j++) {
    let i = thread * ${perThread}u + j;
    if (i < valid) { slots[place[j]] = values[start + i]; }
  }
  workgroupBarrier();
  for (var j = 0u; j < ${perThread}u; j++) {
    let i = j * ${scanThreads}u + thread;
    if (i < valid) { sortedValues[destination[j]] = slots[i]; }
  }
}`,
}

/**
 * Prepares stable sorts of up to `capacity` pairs by the low `bits` of their keys; the memory for them is
 * taken once. The function that comes back records the work and gives the tensors with the sorted pairs:
 * those that went in, or its own, which the next call overwrites.
 */
export function createRadixSort(
  gpu: GpuRecorder,
  { capacity, bits }: { capacity: number; bits: number },
): (pairs: SortPairs) => { keys: Tensor; values: Tensor } {
  const blocks = Math.max(1, Math.ceil(capacity / blockSize))
  const histogram = gpu.scratch([digits * blocks], 'u32')
  const sumHistogram = createPrefixSum(gpu, digits * blocks)
  const other = { keys: gpu.scratch([capacity], 'u32'), values: gpu.scratch([capacity], 'u32') }
  const grid = spread(blocks)

  return ({ keys, values, count }) => {
    let [from, to] = [{ keys, values }, other]
    for (let shift = 0; shift < bits; shift += digitBits) {
      const mask = 2 ** Math.min(digitBits, bits - shift) - 1
      const numbers = { countAt: count.offset, blocks, shift, mask }
      const counts = count.words
      gpu.dispatch(countKernel, { keys: from.keys, counts, histogram }, numbers, grid)
      const starts = sumHistogram(histogram)
      const tensors = { ...from, counts, starts, sortedKeys: to.keys, sortedValues: to.values }
      gpu.dispatch(scatterKernel, tensors, numbers, grid)
      ;[from, to] = [to, from]
    }
    return from
  }
}
