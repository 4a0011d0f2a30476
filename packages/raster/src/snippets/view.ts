/**
 * Reads: `cameras`, packed; `u.width`, `u.height`.
 * Defines: `View`, the camera in OpenCV axes and pixels; `loadView(index) -> View`;
 * `rotationOf(quatWxyz) -> mat3x3`, for a quaternion of any length.
 */
export const viewSnippet = `
struct View {
  right: vec3<f32>,
  down: vec3<f32>,
  forward: vec3<f32>,
  position: vec3<f32>,
  focal: vec2<f32>,
  principal: vec2<f32>,
}
fn rotationOf(q: vec4<f32>) -> mat3x3<f32> {
  let s = 2.0 / dot(q, q);
  let w = q.x;
  let v = q.yzw;
  return mat3x3<f32>(
    1.0 - s * (v.y * v.y + v.z * v.z), s * (v.x * v.y + v.z * w), s * (v.x * v.z - v.y * w),
    s * (v.x * v.y - v.z * w), 1.0 - s * (v.x * v.x + v.z * v.z), s * (v.y * v.z + v.x * w),
    s * (v.x * v.z + v.y * w), s * (v.y * v.z - v.x * w), 1.0 - s * (v.x * v.x + v.y * v.y),
  );
}
fn loadView(index: u32) -> View {
  let at = index * 11u;
  let rotation = rotationOf(vec4(cameras[at], cameras[at + 1u], cameras[at + 2u], cameras[at + 3u]));
  let size = vec2(f32(u.width), f32(u.height));
  return View(
    rotation[0], -rotation[1], -rotation[2],
    vec3(cameras[at + 4u], cameras[at + 5u], cameras[at + 6u]),
    vec2(cameras[at + 7u], cameras[at + 8u]) * size,
    vec2(cameras[at + 9u], cameras[at + 10u]) * size,
  );
}
fn toCamera(view: View, v: vec3<f32>) -> vec3<f32> {
  return vec3(dot(view.right, v), dot(view.down, v), dot(view.forward, v));
}`
