import { join } from 'node:path'
import type { ServerOptions } from '../options.ts'
import { openFolderStore } from './folder/folder-store.ts'
import { openS3Store } from './s3/s3-store.ts'
import type { ArtifactStore } from './store.ts'

/** Files of scenes in the bucket that the options name, else in the data folder. @throws ServerError `options/invalid` */
export const openArtifacts = (
  { artifactUrl }: Pick<ServerOptions, 'artifactUrl'>,
  data: string,
): Promise<ArtifactStore> =>
  artifactUrl === ''
    ? openFolderStore(join(data, 'scenes'))
    : openS3Store(artifactUrl, join(data, 'fetched'))
