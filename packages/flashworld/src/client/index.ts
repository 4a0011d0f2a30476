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
