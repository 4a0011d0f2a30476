/**
 * Reads: `gaussians`, packed.
 * Defines: `colorOf(index, direction) -> vec3`, red, green, blue seen along a unit direction, 0 or more.
 */
export const colorSnippet = `
fn coefficient(index: u32, k: u32) -> vec3<f32> {
  let at = index * 38u + 11u + k * 3u;
  return vec3(gaussians[at], gaussians[at + 1u], gaussians[at + 2u]);
}
fn colorOf(index: u32, d: vec3<f32>) -> vec3<f32> {
  var sum = 0.28209479177387814 * coefficient(index, 0u);
  sum += 0.4886025119029199 * (d.z * coefficient(index, 2u) - d.y * coefficient(index, 1u) - d.x * coefficient(index, 3u));
  sum += 1.0925484305920792 * (d.x * d.y * coefficient(index, 4u) - d.y * d.z * coefficient(index, 5u));
  sum += 0.31539156525252005 * (3.0 * d.z * d.z - 1.0) * coefficient(index, 6u);
  sum -= 1.0925484305920792 * d.x * d.z * coefficient(index, 7u);
  sum += 0.5462742152960396 * (d.x * d.x - d.y * d.y) * coefficient(index, 8u);
  return max(vec3(0.0), sum + 0.5);
}`
