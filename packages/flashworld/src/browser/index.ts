/**
 * A browser: a model in a worker, checkpoints over HTTP or stored in the browser, photographs.
 *
 * @module flashworld/browser
 */
export type { Backend, EngineOptions } from './backends.ts'
export { openEngine, openGpu } from './backends.ts'
export type { BrowserCapabilities, GpuCapabilities } from './capabilities.ts'
export { browserCapabilities } from './capabilities.ts'
export type { RemoteCheckpoint } from './describe.ts'
export { describeCheckpoint, isWholeCheckpoint } from './describe.ts'
export type { Gpu, NoGpu } from '../gpu.ts'
export { gpuEngine } from '../gpu.ts'
export type { HttpOptions } from './http-bytes.ts'
export { httpSource } from './http-source.ts'
export { browserImages } from './image.ts'
export type { CheckpointFile, StoredCheckpoint, StoreOptions } from './opfs.ts'
export { opfsSource, removeCheckpoint, storeCheckpoint, storedCheckpoints } from './opfs.ts'
export type { LoadProgress, WorldFacts, WorldOptions, WorldSource } from './protocol.ts'
export type { WorkerScope } from './serve-world.ts'
export { serveWorld } from './serve-world.ts'
export type { WorkerWorld, WorkerWorldOptions, WorldWorker } from './worker-world.ts'
export { createWorkerWorld } from './worker-world.ts'
