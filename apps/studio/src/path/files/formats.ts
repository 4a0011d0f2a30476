/** All that a path is written as: the library's formats by their names, and the published page's two. */
export const PATH_FORMATS = [
  'trajectory',
  'published-poses',
  'published-scene',
  'gltf',
  'glb',
  '3dgs',
  'colmap',
  'nerfstudio',
  'realestate10k',
  'track',
] as const

export type PathFormat = (typeof PATH_FORMATS)[number]
