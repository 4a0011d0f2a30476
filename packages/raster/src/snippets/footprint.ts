/**
 * Reads: `gaussians`, packed; `limitsSnippet`; `viewSnippet`; `u.width`, `u.height`.
 * Defines: `Footprint`, where on the image a Gaussian lies; `footprintOf(index, view) -> Footprint`, of use
 * only for one between `near` and `far`; `centerOf(index)`, `opacityOf(index)`.
 */
export const footprintSnippet = `
struct Footprint {
  center: vec2<f32>,
  xx: f32,
  xy: f32,
  yy: f32,
  determinant: f32,
}
fn centerOf(index: u32) -> vec3<f32> {
  let at = index * 38u;
  return vec3(gaussians[at], gaussians[at + 1u], gaussians[at + 2u]);
}
fn opacityOf(index: u32) -> f32 { return gaussians[index * 38u + 3u]; }
fn footprintOf(index: u32, view: View) -> Footprint {
  let at = index * 38u;
  let c = toCamera(view, centerOf(index) - view.position);
  let size = vec2(f32(u.width), f32(u.height));
  let margin = frustumMargin * 0.5 * size / view.focal;
  let slope = clamp(c.xy / c.z, -view.principal / view.focal - margin, (size - view.principal) / view.focal + margin);
  let rotation = rotationOf(vec4(gaussians[at + 7u], gaussians[at + 8u], gaussians[at + 9u], gaussians[at + 10u]));
  var across: vec3<f32>; // the ellipsoid's three axes, as long as their standard deviations, on the image
  var along: vec3<f32>;
  for (var axis = 0u; axis < 3u; axis++) {
    let a = toCamera(view, rotation[axis] * gaussians[at + 4u + axis]);
    let onImage = view.focal / c.z * (a.xy - slope * a.z);
    across[axis] = onImage.x;
    along[axis] = onImage.y;
  }
  let xx = dot(across, across);
  let yy = dot(along, along);
  // xx * yy - xy * xy would cancel for a thin ellipse; this is the same without subtracting
  let area = cross(across, along);
  return Footprint(
    view.focal * c.xy / c.z + view.principal,
    xx + blur, dot(across, along), yy + blur,
    dot(area, area) + blur * (xx + yy) + blur * blur,
  );
}`
