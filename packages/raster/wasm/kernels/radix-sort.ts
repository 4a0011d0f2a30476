// Sorts 64-bit items by their high word; their low words must rise, so that equal keys keep their order.
/** Up to this many items, moving each to its place is faster than counting digits. */
const FEW: u32 = 48

/**
 * Gives where the sorted items are: in `items`, or in the work space, which takes as much memory again and three times a
 * word for each of 2^11 digits. Three passes, by digits as small as the keys' range allows.
 */
export function sortByKey(items: usize, count: u32, work: usize): usize {
  if (count <= FEW) {
    insertEach(items, count)
    return items
  }
  let least: u32 = 0xffffffff
  let most: u32 = 0
  for (let i: u32 = 0; i < count; i++) {
    const key = load<u32>(items + (<usize>i << 3), 4)
    least = min(least, key)
    most = max(most, key)
  }
  const digitBits = (34 - <u32>clz(most - least)) / 3
  const digits: u32 = 1 << digitBits
  const tallies = work + (<usize>count << 3)
  const tallyBytes = <usize>digits << 2
  memory.fill(tallies, 0, 3 * tallyBytes)
  for (let i: u32 = 0; i < count; i++) {
    const key = load<u32>(items + (<usize>i << 3), 4) - least
    add(tallies, key & (digits - 1))
    add(tallies + tallyBytes, (key >> digitBits) & (digits - 1))
    add(tallies + 2 * tallyBytes, key >> (2 * digitBits))
  }
  scatter(items, work, count, least, 0, digits, tallies)
  scatter(work, items, count, least, digitBits, digits, tallies + tallyBytes)
  scatter(items, work, count, least, 2 * digitBits, digits, tallies + 2 * tallyBytes)
  return work
}

// @ts-ignore: decorator
@inline
function add(tally: usize, digit: u32): void {
  const at = tally + (<usize>digit << 2)
  store<u32>(at, load<u32>(at) + 1)
}

/** Orders by the digit from `shift` on; `tally` has how many items there are of each. */
function scatter(from: usize, to: usize, count: u32, least: u32, shift: u32, digits: u32, tally: usize): void {
  let start: u32 = 0
  for (let digit: u32 = 0; digit < digits; digit++) {
    const size = load<u32>(tally + (digit << 2))
    store<u32>(tally + (digit << 2), start)
    start += size
  }
  for (let i: u32 = 0; i < count; i++) {
    const item = load<u64>(from + (<usize>i << 3))
    const digit = ((<u32>(item >> 32) - least) >> shift) & (digits - 1)
    const at = tally + (digit << 2)
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
