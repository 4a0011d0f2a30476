import { expect, test } from 'vitest'
import type { ThreadAnswer } from './answer.ts'
import { askThread } from './ask.ts'

/** A thread that says these things as soon as it is asked, and whether it was ended. */
function thread(...says: readonly (ThreadAnswer<number> | { readonly error: string })[]) {
  const target = new EventTarget()
  const heard = { ended: 0 }
  const worker = Object.assign(target, {
    postMessage() {
      for (const say of says) {
        const event =
          'error' in say
            ? Object.assign(new Event('error'), { message: say.error })
            : new MessageEvent('message', { data: say })
        target.dispatchEvent(event)
      }
    },
    terminate: () => void heard.ended++,
  })
  return { heard, start: () => worker as unknown as Worker }
}

const ask = (start: () => Worker, more: object = {}) =>
  askThread<string, number>({ start, work: 'this', failed: 'it failed', ...more })

test('a thread tells how far it is, then its result, and is ended', async () => {
  const { heard, start } = thread({ share: 0.5 }, { result: 7 })
  const shares: number[] = []
  expect(await ask(start, { onProgress: (share: number) => shares.push(share) })).toBe(7)
  expect([shares, heard.ended]).toEqual([[0.5], 1])
})

test('its failure keeps message and code; one without a word is named', async () => {
  const failing = thread({ failure: { message: 'no such file', code: 'splats/bad-data' } })
  await expect(ask(failing.start)).rejects.toMatchObject({
    message: 'no such file',
    code: 'splats/bad-data',
  })
  const dying = thread({ error: '' })
  await expect(ask(dying.start)).rejects.toThrow('it failed')
  expect([failing.heard.ended, dying.heard.ended]).toEqual([1, 1])
})

test('an abort ends it; after one none is started', async () => {
  const { heard, start } = thread()
  const stop = new AbortController()
  const asked = ask(start, { signal: stop.signal })
  stop.abort(new Error('left'))
  await expect(asked).rejects.toThrow('left')
  expect(heard.ended).toBe(1)
  await expect(ask(start, { signal: stop.signal })).rejects.toThrow('left')
  expect(heard.ended).toBe(1)
})
