/**
 * A sentence or a photograph, plus a camera path, becomes a scene of Gaussians. Knows no platform: `flashworld/node` and
 * `flashworld/browser` open engines and read checkpoints.
 *
 * @module flashworld
 */
export { anchorCameras } from './anchor-cameras.ts'
export { apparentSizes } from './apparent-sizes.ts'
export type { ErrorCode, PipelineErrorCode } from './errors.ts'
export { errorCode, FlashWorldError } from './errors.ts'
export type { GenerateEvent, Picture, Stage } from './events.ts'
export type { FilmPath, KeyframeOptions, Standpoint } from './film-path.ts'
export { isMixed, pathByTemplate, pathThroughKeys } from './film-path.ts'
export type { FlashWorld, LoadOptions } from './flashworld.ts'
export { loadFlashWorld } from './flashworld.ts'
export type { ImageDecoder, Photograph } from './image.ts'
export type { MemoryWish } from './memory/choose.ts'
export { memorySizes } from './memory/choose.ts'
export { smallerMemoryOf } from './memory/room.ts'
export type { RequestDefaults, Resolution, TrainedOn } from './known-models.ts'
export { checkpointDefaults, sceneWork } from './known-models.ts'
export { nearestDepth, subjectDistance } from './measure-depth.ts'
export { loadOptional } from './optional-package.ts'
export type { DepthMap, RenderOptions } from './render-views.ts'
export { measureContributions, renderViews, streamDepths, streamViews } from './render-views.ts'
export type { CheckedImage, CheckedRequest, RequestContext } from './request.ts'
export { attachImage, checkRequest, detachImage, imageBytes, requestLimits } from './request.ts'
export { requestCameras } from './request-cameras.ts'
export type { GenerateRequest, WireRequest } from './request-schema.ts'
export { parseRequest, requestSchema } from './request-schema.ts'
export type { RequestWarning, RequestWarningCode } from './request-warnings.ts'
export type { Generated, Scene } from './scene.ts'
export { unitScale } from './scene.ts'
export {
  recordEnding,
  recordPath,
  tierName,
  tierPath,
  visibleGaussians,
  writeScene,
} from './scene-file.ts'
export type { SceneRecord } from './scene-record.ts'
export {
  camerasInFiles,
  createSceneRecord,
  readSceneRecord,
  recordCameras,
  recordSize,
  requestOfRecord,
} from './scene-record.ts'
export type { SceneTier } from './scene-tiers.ts'
export { sceneTiers } from './scene-tiers.ts'
export { camerasThatSeeNothing } from './views.ts'
export type { Precision } from './precision.ts'
export { precisions } from './precision.ts'
