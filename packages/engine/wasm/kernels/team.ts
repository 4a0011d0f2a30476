// Threads that share this memory take jobs from one control block (its layout: src/wasm/control.ts).

const EPOCH = 0
const REMAINING = 4
const PENDING = 8
const KERNEL = 12
const JOBS = 16
const CLOSED = 20
const SCRATCH = 24
const SCRATCH_STRIDE = 28
const ARGS = 64

/** How often an idle thread looks for new work before it sleeps: some 100 microseconds, longer than most gaps in a run. */
const LOOKS: i64 = 10000

/**
 * Takes jobs until none is left. A job is claimed by counting `remaining` down; whoever has claimed one
 * keeps the caller waiting, so the other fields are stable from the claim to the count of `pending`.
 */
export function drain(control: usize, thread: i32): void {
  if (!ASC_FEATURE_THREADS) return
  while (true) {
    const remaining = atomic.load<i32>(control, REMAINING)
    if (remaining <= 0) return
    if (atomic.cmpxchg<i32>(control, remaining, remaining - 1, REMAINING) != remaining) continue
    const scratch = load<usize>(control, SCRATCH) + <usize>thread * load<usize>(control, SCRATCH_STRIDE)
    call_indirect<void>(load<u32>(control, KERNEL), control + ARGS, load<i32>(control, JOBS) - remaining, scratch)
    if (atomic.sub<i32>(control, 1, PENDING) == 1) atomic.notify(control + PENDING, 1)
  }
}

/** The life of a worker: take jobs, look for more, sleep; until the control block is closed. */
export function serve(control: usize, thread: i32): void {
  if (!ASC_FEATURE_THREADS) return
  while (true) {
    const epoch = atomic.load<i32>(control, EPOCH)
    if (atomic.load<i32>(control, CLOSED)) return
    drain(control, thread)
    let looks = LOOKS
    while (looks > 0 && atomic.load<i32>(control, EPOCH) == epoch) looks = slowlyLess(looks, epoch | 1)
    atomic.wait<i32>(control + EPOCH, epoch, -1)
  }
}

/**
 * One less, by a division: it takes time without taking from the core's other thread, as the instruction
 * `pause` would if WebAssembly had it.
 */
// @ts-ignore: decorator
@inline
function slowlyLess(looks: i64, divisor: i64): i64 {
  return (looks * divisor - divisor) / divisor
}

/** The first byte of memory that the module does not use itself. */
export function memoryStart(): usize {
  return __heap_base
}
