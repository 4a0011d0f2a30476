import { describeCheckpoint, storeCheckpoint } from 'flashworld/browser'
import type { StoreAnswer, StoreWork } from './model-store.ts'

/** Looks at models on servers, and stores them: only a worker can append to a stored file. */
self.onmessage = async ({ data }: MessageEvent<StoreWork>) => {
  try {
    const found = await describeCheckpoint(data.url)
    if (data.type === 'store') {
      const { url, as } = data
      const onProgress = (share: number) => answer({ type: 'progress', share })
      await storeCheckpoint(as, { url, files: found.files, onProgress })
    }
    answer({ type: 'done', found })
  } catch (error) {
    answer({ type: 'failed', message: (error as Error).message })
  }
}

const answer = (given: StoreAnswer) => self.postMessage(given)
