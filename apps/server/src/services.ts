import type { FastifyBaseLogger } from 'fastify'
import type { TokenList } from './access/token-list.ts'
import type { ArtifactStore } from './artifacts/store.ts'
import type { RequestDefaults } from 'flashworld'
import type { Measures } from './measures.ts'
import type { ServerOptions } from './options.ts'
import type { FollowJob } from './queue/follow.ts'
import type { Queue } from './queue/queue.ts'
import type { SceneFiles } from './scene-work/scene-files.ts'
import type { SceneWork } from './scene-work/scene-work.ts'
import type { SubmitScene } from './submit-scene.ts'

/** What the routes stand on. */
export interface Services {
  readonly options: ServerOptions
  readonly queue: Queue
  readonly follow: FollowJob
  readonly artifacts: ArtifactStore
  /** Conversions and pictures of scenes, in processes of their own. */
  readonly sceneWork: SceneWork
  /** Files that are made from stored scenes. */
  readonly sceneFiles: SceneFiles
  /** What is known of the model. */
  readonly defaults: RequestDefaults
  readonly tokens: TokenList
  /** Checks a request and queues it: the one way in, for every face. */
  readonly submitScene: SubmitScene
  readonly log: FastifyBaseLogger
  readonly measures: Measures
  /** Why no job can be taken or made, for the operator; none while all is well. */
  troubles(): Promise<readonly string[]>
  /** Aborted when the server is told to stop. */
  readonly stopping: AbortSignal
}
