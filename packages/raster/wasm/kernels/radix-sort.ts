// Sorts 64-bit items by their high word; their low words must rise, so that equal keys keep their order.
import { SORT_DIGIT_BITS, SORT_PASSES } from './arguments'

const DIGIT_BITS = SORT_DIGIT_BITS
const DIGITS = 1 << DIGIT_BITS
const PASSES = SORT_PASSES
/** Up to this many items, moving each to its place is faster than counting digits. */
const FEW: u32 = 48

/**
 * Gives where the sorted items are: in `items`, or in the work space, which takes as much memory again and a word for
 * each digit of each pass.
 */
export function sortByKey(items: usize, count: u32, work: usize): usize {
  if (count <= FEW) {
    insertEach(items, count)
    return items
  }
  const tallies = work + (<usize>count << 3)
  memory.fill(tallies, 0, PASSES * DIGITS * 4)
  for (let i: u32 = 0; i < count; i++) {
    const key = load<u32>(items + (<usize>i << 3), 4)
    for (let pass = 0; pass < PASSES; pass++) {
      const at = tallies + ((pass * DIGITS + digitOf(key, pass)) << 2)
      store<u32>(at, load<u32>(at) + 1)
    }
  }
  let from = items
  let to = work
  for (let pass = 0; pass < PASSES; pass++) {
    const tally = tallies + ((pass * DIGITS) << 2)
    if (load<u32>(tally + (digitOf(load<u32>(from, 4), pass) << 2)) == count) continue
    scatter(from, to, count, pass, tally)
    const swap = from
    from = to
    to = swap
  }
  return from
}

// @ts-ignore: decorator
@inline
function digitOf(key: u32, pass: i32): i32 {
  return <i32>(key >> (pass * DIGIT_BITS)) & (DIGITS - 1)
}

function scatter(from: usize, to: usize, count: u32, pass: i32, tally: usize): void {
  let start: u32 = 0
  for (let digit = 0; digit < DIGITS; digit++) {
    const size = load<u32>(tally + (digit << 2))
    store<u32>(tally + (digit << 2), start)
    start += size
  }
  for (let i: u32 = 0; i < count; i++) {
    const item = load<u64>(from + (<usize>i << 3))
    const at = tally + (digitOf(<u32>(item >> 32), pass) << 2)
    const place = load<u32>(at)
    store<u32>(at, place + 1)
    store<u64>(to + (<usize>place << 3), item)
  }
}

function insertEach(items: usize, count: u32): void {
  for (let i: u32 = 1; i < count; i++) {
    const item = load<u64>(items + (<usize>i << 3))
    let place = i
    while (place > 0 && load<u64>(items + (<usize>(place - 1) << 3)) > item) {
      store<u64>(items + (<usize>place << 3), load<u64>(items + (<usize>(place - 1) << 3)))
      place--
    }
    store<u64>(items + (<usize>place << 3), item)
  }
}
