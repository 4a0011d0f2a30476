/** Threads of the workgroups that use `scanWorkgroupSnippet`. */
export const scanThreads = 256

/**
 * Reads: `plus(a: u32, b: u32) -> u32`, an associative sum with 0 as its neutral number.
 * Defines: `scanWorkgroup(thread, value) -> u32`, the sum over all threads before this one;
 * `partialSums`, whose last element is the sum over all threads until the next call.
 */
export const scanWorkgroupSnippet = `
var<workgroup> partialSums: array<u32, ${scanThreads}>;
fn scanWorkgroup(thread: u32, value: u32) -> u32 {
  workgroupBarrier();
  partialSums[thread] = value;
  for (var reach = 1u; reach < ${scanThreads}u; reach *= 2u) {
    workgroupBarrier();
    var before = 0u;
    if (thread >= reach) { before = partialSums[thread - reach]; }
    workgroupBarrier();
    partialSums[thread] = plus(before, partialSums[thread]);
  }
  workgroupBarrier();
  if (thread == 0u) { return 0u; }
  return partialSums[thread - 1u];
}`
