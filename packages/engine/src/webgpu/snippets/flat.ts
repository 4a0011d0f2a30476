/**
 * For kernels of one thread an element over a grid made by `spread`.
 * Defines: `flatIndex(group, groups, local, size) -> u32`.
 */
export const flatIndexSnippet = `
fn flatIndex(group: vec3<u32>, groups: vec3<u32>, local: u32, size: u32) -> u32 {
  return (group.y * groups.x + group.x) * size + local;
}`
