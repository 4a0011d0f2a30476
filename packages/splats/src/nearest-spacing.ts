/**
 * Distance of each point to the nearest one elsewhere, `[N]`; 0 where there is none.
 *
 * Points are hashed into cubes; a point looks into its own cube and the 26 around it. The cubes
 * begin small, for points on surfaces, and double until every point has found another.
 * @param positions `[N, 3]`, world units; points that are not finite find none
 * @param pace called once a block of work
 */
export async function nearestSpacing(
  positions: Float32Array,
  pace: () => Promise<void>,
): Promise<Float32Array> {
  const count = positions.length / 3
  const spacing = new Float32Array(count)
  const extent = largestExtent(positions)
  if (!(extent > 0)) return spacing
  let waiting: Uint32Array = Uint32Array.from({ length: count }, (_, i) => i)
  for (let edge = extent / Math.ceil(Math.sqrt(count)); edge < 4 * extent; edge *= 2) {
    const cubes = await hashCubes(positions, edge, pace)
    let left = 0
    for (let w = 0; w < waiting.length; w++) {
      if (w % BLOCK === 0) await pace()
      const i = waiting[w]!
      const nearest = cubes.nearest(i)
      // a neighbour farther than an edge may not be the nearest: the larger cubes will tell
      if (nearest <= edge * edge) spacing[i] = Math.sqrt(nearest)
      else waiting[left++] = i
    }
    waiting = waiting.subarray(0, left)
    if (left === 0) break
  }
  return spacing
}

const BLOCK = 4096

/** Neighbours looked at in one cube: in denser ones the distance is an upper bound. */
const MOST_IN_CUBE = 64

function largestExtent(positions: Float32Array): number {
  let largest = 0
  for (let axis = 0; axis < 3; axis++) {
    let min = Infinity
    let max = -Infinity
    for (let j = axis; j < positions.length; j += 3) {
      const value = positions[j]!
      if (!Number.isFinite(value)) continue
      if (value < min) min = value
      if (value > max) max = value
    }
    largest = Math.max(largest, max - min)
  }
  return largest
}

/** Points in buckets by their cube's hash: bucket b holds `members[starts[b]]` to `starts[b + 1]`. */
async function hashCubes(positions: Float32Array, edge: number, pace: () => Promise<void>) {
  const count = positions.length / 3
  const buckets = 2 ** Math.ceil(Math.log2(count + 1))
  const cube = (i: number, axis: number) => Math.floor(positions[i * 3 + axis]! / edge)
  const hash = (x: number, y: number, z: number) =>
    (Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca6b) ^ Math.imul(z, 0xc2b2ae35)) & (buckets - 1)
  const ofPoint = new Uint32Array(count)
  const starts = new Uint32Array(buckets + 1)
  for (let i = 0; i < count; i++) {
    if (i % BLOCK === 0) await pace()
    ofPoint[i] = hash(cube(i, 0), cube(i, 1), cube(i, 2))
    starts[ofPoint[i]! + 1]!++
  }
  for (let b = 0; b < buckets; b++) starts[b + 1]! += starts[b]!
  const members = new Uint32Array(count)
  const ends = starts.slice()
  for (let i = 0; i < count; i++) {
    if (i % BLOCK === 0) await pace()
    members[ends[ofPoint[i]!]!++] = i
  }

  /** Squared distance to the nearest point elsewhere within the 27 cubes; Infinity if none. */
  const nearest = (i: number): number => {
    const [x, y, z] = [cube(i, 0), cube(i, 1), cube(i, 2)]
    let best = Infinity
    for (let n = 0; n < 27; n++) {
      const bucket = hash(
        x + (n % 3) - 1,
        y + (Math.floor(n / 3) % 3) - 1,
        z + Math.floor(n / 9) - 1,
      )
      const end = Math.min(starts[bucket + 1]!, starts[bucket]! + MOST_IN_CUBE)
      for (let m = starts[bucket]!; m < end; m++) {
        const square = squaredDistance(positions, i, members[m]!)
        if (square > 0 && square < best) best = square
      }
    }
    return best
  }
  return { nearest }
}

function squaredDistance(positions: Float32Array, a: number, b: number): number {
  const x = positions[a * 3]! - positions[b * 3]!
  const y = positions[a * 3 + 1]! - positions[b * 3 + 1]!
  const z = positions[a * 3 + 2]! - positions[b * 3 + 2]!
  return x * x + y * y + z * z
}
