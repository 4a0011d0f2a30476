/** Three of these make a splat, one row for each depth rank. */
export const splatVectors = 3

/**
 * A Gaussian on the image, as the kernels hand it on. Its power at an offset d from the centre is
 * `(whiten * (d.x + shear * d.y))^2 + (steep * d.y)^2`: sums of squares, which keep thin ellipses exact.
 *
 * Defines: `Splat`, `packSplat(splat) -> array of vec4`, `unpackSplat(a, b, c) -> Splat`.
 */
export const splatSnippet = `
struct Splat {
  center: vec2<f32>,
  whiten: f32,
  shear: f32,
  steep: f32,
  opacity: f32,
  reach: f32, // the power beyond which it counts nowhere, with a little room
  shade: vec4<f32>, // red, green, blue, depth
}
fn packSplat(s: Splat) -> array<vec4<f32>, ${splatVectors}> {
  return array(vec4(s.center, s.whiten, s.shear), vec4(s.steep, s.opacity, s.reach, 0.0), s.shade);
}
fn unpackSplat(a: vec4<f32>, b: vec4<f32>, c: vec4<f32>) -> Splat {
  return Splat(a.xy, a.z, a.w, b.x, b.y, b.z, c);
}`

/** Pixels along a tile's side: one workgroup of 256 threads blends a tile. */
export const tileSize = 16

/**
 * Reads: `splatSnippet`, `u.width`, `u.height`.
 * Defines: `tileGrid() -> vec2<u32>`; `tileRows(splat)` and `tileColumns(splat, row)`, the first tile and the
 * end of those in which some pixel's centre may lie within the splat's ellipse. They never leave out a tile
 * where it shows.
 */
export const tilesSnippet = `
const tileSize = ${tileSize}u;
fn tileGrid() -> vec2<u32> {
  return vec2((u.width + tileSize - 1u) / tileSize, (u.height + tileSize - 1u) / tileSize);
}
// tiles with a pixel's centre between low and high
fn tilesBetween(low: f32, high: f32, count: u32) -> vec2<u32> {
  let room = 0.02 + 2e-6 * (abs(low) + abs(high)); // for rounding, far from the image too
  let end = f32(count);
  let side = f32(tileSize);
  let first = clamp(ceil((low - room + 0.5) / side) - 1.0, 0.0, end);
  let last = clamp(floor((high + room - 0.5) / side), -1.0, end - 1.0);
  // once more as integers: whatever a device makes of a NaN, loops over tiles must end
  let start = min(u32(first), count);
  return vec2(start, clamp(u32(last + 1.0), start, count));
}
fn tileRows(s: Splat) -> vec2<u32> {
  let half = sqrt(s.reach) / s.steep;
  return tilesBetween(s.center.y - half, s.center.y + half, tileGrid().y);
}
fn tileColumns(s: Splat, row: u32) -> vec2<u32> {
  let half = sqrt(s.reach) / s.steep;
  let top = f32(row * tileSize) + 0.5 - s.center.y;
  let low = clamp(top, -half, half);
  let high = clamp(top + f32(tileSize - 1u), -half, half);
  // where the whole ellipse reaches farthest right; farthest left is the point opposite
  let slant = s.whiten * s.shear;
  let farthest = -slant * half / sqrt(s.steep * s.steep + slant * slant);
  let right = clamp(farthest, low, high);
  let left = clamp(-farthest, low, high);
  return tilesBetween(
    s.center.x - s.shear * left - halfWidth(s, left),
    s.center.x - s.shear * right + halfWidth(s, right),
    tileGrid().x,
  );
}
fn halfWidth(s: Splat, dy: f32) -> f32 {
  let power = s.steep * dy;
  return sqrt(max(0.0, s.reach - power * power)) / s.whiten;
}`
