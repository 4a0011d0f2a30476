import type { RemoteCheckpoint } from 'flashworld/browser'
import { describeCheckpoint, storeCheckpoint } from 'flashworld/browser'
import { answerInThread } from '../thread/answer.ts'
import type { StoreWork } from './model-store.ts'

/** Looks at models on servers, and stores them: only a worker can append to a stored file. */
async function store(
  asked: StoreWork,
  onProgress: (share: number) => void,
): Promise<RemoteCheckpoint> {
  const { url } = asked
  const found = await describeCheckpoint(url)
  if (asked.type === 'store') {
    await storeCheckpoint(asked.as, { url, files: found.files, onProgress })
  }
  return found
}

answerInThread(store)
