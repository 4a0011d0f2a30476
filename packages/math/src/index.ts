export * from './matrix.ts'
export * from './pose.ts'
export * from './quat.ts'
export * from './vector.ts'
