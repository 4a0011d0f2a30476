// An open-model load: requests leave on a clock, whatever became of those before, and their latency counts from the time
// that they were due. So a server that stops for a second is seen to have stopped for everybody who would have called.
import { connect } from 'node:net'
import type { Socket } from 'node:net'

export interface OpenLoad {
  readonly port: number
  /** Requests a second. */
  readonly rate: number
  readonly seconds: number
  /** Connections that are kept; a request that finds none free waits, and its clock runs. */
  readonly connections: number
  /** The text of the i-th request: head and body. */
  readonly request: (i: number) => string
}

export interface LoadReport {
  readonly sent: number
  /** Answers by status; 0 for connections that broke. */
  readonly statuses: Readonly<Record<number, number>>
  /** Answers a second, from the first request that was due to the last answer. */
  readonly perSecond: number
  /** Milliseconds from the time that a request was due to the end of its answer. */
  readonly latencies: { readonly p50: number; readonly p99: number; readonly most: number }
}

export const getText = (path: string) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`

export const postText = (path: string, body: unknown) => {
  const text = JSON.stringify(body)
  return [
    `POST ${path} HTTP/1.1`,
    'host: localhost',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    '',
    text,
  ].join('\r\n')
}

/** One request at a time on a kept connection; told the status when its answer is whole. */
class Line {
  #socket: Socket
  #heard = ''
  #answered: ((status: number) => void) | undefined
  readonly #port: number

  constructor(port: number) {
    this.#port = port
    this.#socket = this.#open()
  }

  #open(): Socket {
    const socket = connect(this.#port, '127.0.0.1')
    socket.setNoDelay(true).setEncoding('latin1')
    socket.on('data', (chunk: string) => this.#hear(chunk))
    socket.on('error', () => {})
    socket.on('close', () => {
      if (socket !== this.#socket) return
      this.#socket = this.#open()
      this.#finish(0)
    })
    return socket
  }

  #hear(chunk: string) {
    this.#heard += chunk
    const head = this.#heard.indexOf('\r\n\r\n')
    if (head < 0) return
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.#heard.slice(0, head))?.[1] ?? 0)
    if (this.#heard.length < head + 4 + length) return
    this.#finish(Number(this.#heard.slice(9, 12)))
  }

  #finish(status: number) {
    const answered = this.#answered
    this.#answered = undefined
    this.#heard = ''
    answered?.(status)
  }

  ask(text: string, answered: (status: number) => void) {
    this.#answered = answered
    this.#socket.write(text)
  }

  close() {
    const socket = this.#socket
    socket.removeAllListeners('close').destroy()
  }
}

/** Sends so many requests a second for so long, and waits for their answers. */
export async function openLoad(load: OpenLoad): Promise<LoadReport> {
  const { port, rate, seconds, connections, request } = load
  const total = Math.round(rate * seconds)
  const latencies = new Float64Array(total)
  const statuses: Record<number, number> = {}
  const lines = Array.from({ length: connections }, () => new Line(port))
  const free = [...lines]
  const began = performance.now()
  const dueAt = (i: number) => began + (i * 1000) / rate
  let sent = 0
  let answers = 0
  const { promise, resolve } = Promise.withResolvers<void>()

  const sendWhatIsDue = () => {
    while (free.length > 0 && sent < total && dueAt(sent) <= performance.now()) {
      const i = sent++
      const line = free.pop()!
      line.ask(request(i), (status) => {
        latencies[i] = performance.now() - dueAt(i)
        statuses[status] = (statuses[status] ?? 0) + 1
        free.push(line)
        if (++answers === total) resolve()
        else sendWhatIsDue()
      })
    }
  }
  const clock = setInterval(sendWhatIsDue, 1)
  await promise
  clearInterval(clock)
  const took = (performance.now() - began) / 1000
  for (const line of lines) line.close()
  latencies.sort()
  const at = (share: number) => latencies[Math.min(total - 1, Math.floor(total * share))]!
  return {
    sent,
    statuses,
    perSecond: total / took,
    latencies: { p50: at(0.5), p99: at(0.99), most: latencies[total - 1]! },
  }
}
