/** Threads of the workgroups that use `scanWorkgroupSnippet`. */
export const scanThreads = 256

/** Numbers that one thread adds up alone: the fewer barriers, the sooner a processor without a GPU's threads is done. */
const chunk = 16
const chunks = scanThreads / chunk

/**
 * Reads: `plus(a: u32, b: u32) -> u32`, an associative sum with 0 as its neutral number.
 * Defines: `scanWorkgroup(thread, value) -> u32`, the sum over all threads before this one;
 * `scanTotal() -> u32`, after it the sum over all threads.
 */
export const scanWorkgroupSnippet = `
// a word of space after each chunk puts what ${chunks} threads read at once into different banks
var<workgroup> scanCells: array<u32, ${scanThreads + chunks}>;
var<workgroup> scanStarts: array<u32, ${chunks + 1}>;
fn scanTotal() -> u32 { return scanStarts[${chunks}]; }
fn scanWorkgroup(thread: u32, value: u32) -> u32 {
  let cell = thread + thread / ${chunk}u;
  workgroupBarrier();
  scanCells[cell] = value;
  workgroupBarrier();
  if (thread < ${chunks}u) {
    var sum = 0u;
    for (var at = thread * ${chunk + 1}u; at < thread * ${chunk + 1}u + ${chunk}u; at++) {
      let next = plus(sum, scanCells[at]);
      scanCells[at] = sum;
      sum = next;
    }
    scanStarts[thread] = sum;
  }
  workgroupBarrier();
  if (thread == 0u) {
    var sum = 0u;
    for (var i = 0u; i < ${chunks}u; i++) {
      let next = plus(sum, scanStarts[i]);
      scanStarts[i] = sum;
      sum = next;
    }
    scanStarts[${chunks}] = sum;
  }
  workgroupBarrier();
  return plus(scanStarts[thread / ${chunk}u], scanCells[cell]);
}`
