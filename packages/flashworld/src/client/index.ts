/**
 * Speaks with a server of flashworld’s over HTTP, in Node and in pages, with no package besides.
 *
 * @module flashworld/client
 */
export type {
  CallOptions,
  Client,
  ClientOptions,
  Conversion,
  CreateOptions,
  FollowOptions,
} from './client.ts'
export { createClient, ServerAnswerError } from './client.ts'
export type {
  Capabilities,
  QueueState,
  SceneEvent,
  ScenePage,
  SceneRequest,
  SceneResult,
  SceneState,
  ServerFailure,
  ServerFile,
  ServerModel,
  ServerScene,
  SubmittedScene,
} from './types.ts'
