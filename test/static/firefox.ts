import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { VisitedPage } from './make-world.ts'

const executablePath = '/usr/bin/firefox-esr'

/** Debian's Firefox with a fresh profile and one page, driven by WebDriver BiDi. */
export interface Firefox {
  readonly page: VisitedPage
  close(): Promise<void>
}

export async function launchFirefox(): Promise<Firefox> {
  const profile = await mkdtemp(join(tmpdir(), 'flashworld-firefox-'))
  const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0']
  const firefox = spawn(executablePath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise((resolve) => firefox.once('exit', resolve))
  const close = async () => {
    firefox.kill()
    await ended
    await rm(profile, { recursive: true, force: true })
  }
  try {
    const session = await openSession(`${await addressIn(firefox.stderr)}/session`)
    await session.send('session.new', { capabilities: {} })
    const { context } = (await session.send('browsingContext.create', { type: 'tab' })) as {
      context: string
    }
    return { page: pageOf(session, context), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The address that Firefox says it listens on. */
async function addressIn(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const [, address] = /WebDriver BiDi listening on (ws:\S+)/.exec(line) ?? []
    if (address !== undefined) {
      output.resume()
      return address
    }
  }
  throw new Error('firefox: expected an address, got its end')
}

interface Session {
  send(method: string, params: object): Promise<unknown>
}

interface Answer {
  readonly id?: number
  readonly type: 'success' | 'error' | 'event'
  readonly result?: unknown
  readonly message?: string
}

async function openSession(address: string): Promise<Session> {
  const socket = new WebSocket(address)
  const waiting = new Map<number, (answer: Answer) => void>()
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer
    waiting.get(answer.id ?? -1)?.(answer)
  })
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error(`${address} does not answer`)))
  })
  let calls = 0
  return {
    async send(method, params) {
      const id = ++calls
      const answer = await new Promise<Answer>((resolve) => {
        waiting.set(id, resolve)
        socket.send(JSON.stringify({ id, method, params }))
      })
      waiting.delete(id)
      if (answer.type === 'error') throw new Error(`${method}: ${answer.message}`)
      return answer.result
    },
  }
}

const pageOf = (session: Session, context: string): VisitedPage => ({
  goto: (url) => session.send('browsingContext.navigate', { context, url, wait: 'complete' }),
  async evaluate<Result, Argument>(
    run: (argument: Argument) => Result | Promise<Result>,
    argument?: Argument,
  ) {
    const call = `(${run.toString()})(${JSON.stringify(argument)})`
    const { result, exceptionDetails } = (await session.send('script.evaluate', {
      expression: `(async () => JSON.stringify(await ${call}))()`,
      target: { context },
      awaitPromise: true,
    })) as { result?: { value?: string }; exceptionDetails?: { text: string } }
    if (exceptionDetails) throw new Error(exceptionDetails.text)
    return JSON.parse(result?.value ?? 'null') as Result
  },
})
