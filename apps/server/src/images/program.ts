// Decodes photographs of strangers, one after another, in a process that may be lost: it ends itself when it needs more
// memory than it may. Bytes come in, the size or what is wrong goes out.
import { parseArgs } from 'node:util'
import { errorCode } from 'flashworld'
import { nodeImages } from 'flashworld/node'
import type { DecoderReady, FromDecoder } from './messages.ts'

const { values } = parseArgs({ options: { 'most-bytes': { type: 'string', default: '0' } } })

/** Often enough that libvips does not allocate much between two looks. */
const watchMs = 10

async function decode(bytes: Uint8Array): Promise<FromDecoder> {
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() > Number(values['most-bytes'])) process.exit(1)
  }, watchMs)
  try {
    const { width, height, warnings } = await nodeImages.open(bytes)
    return { width, height, warnings }
  } catch (error) {
    const code = errorCode(error)
    return { error: { code: code ?? 'image/unreadable', message: (error as Error).message } }
  } finally {
    clearInterval(watch)
  }
}

process.on('disconnect', () => process.exit(0))
process.on('message', (bytes: Uint8Array) => {
  void decode(bytes).then((answer) => process.send!(answer))
})
process.send!({ ready: true } satisfies DecoderReady)
