import type { Job, JobEvent } from '../../queue/job.ts'
import type { Answer } from './endpoint.ts'

/** What the event stream tells of a call, as version 3 of the protocol has it. */
export type Message = { readonly msg: string; readonly event_id?: string } & Readonly<
  Record<string, unknown>
>

/** Where a queued job stands. */
export const estimation = (event_id: string, rank: number, eta: number | null): Message => ({
  msg: 'estimation',
  event_id,
  rank,
  queue_size: rank + 1,
  rank_eta: eta,
})

/** What an event of a job is to its caller; undefined for what nobody needs to be told. */
export function messageOf(event_id: string, { type, data }: JobEvent): Message | undefined {
  if (type === 'started') return { msg: 'process_starts', event_id, eta: null }
  if (type === 'progress') return progress(event_id, Number(data.fraction), stageInWords(data))
  if (type === 'retry') {
    const log = 'The device was lost; the scene is made again'
    return {
      msg: 'log',
      event_id,
      log,
      level: 'warning',
      title: 'Again',
      duration: 10,
      visible: true,
    }
  }
  return undefined
}

const progress = (event_id: string, fraction: number, desc: string): Message => ({
  msg: 'progress',
  event_id,
  progress_data: [{ index: null, length: null, unit: 'steps', progress: fraction, desc }],
})

const stageInWords = ({ stage, step }: JobEvent['data']) =>
  Number(step) > 0 ? `step ${Number(step)}: ${String(stage)}` : String(stage)

/** The end of a call. An error is told as output too: clients read nothing else of a call that failed. */
export function completed(event_id: string, answer: Answer, job?: Job): Message {
  if ('error' in answer) {
    const { error } = answer
    return {
      msg: 'process_completed',
      event_id,
      output: { error, title: 'Error', duration: 10, visible: true },
      success: false,
      title: 'Error',
    }
  }
  const duration = job ? (job.endedAt! - job.startedAt!) / 1000 : 0
  return {
    msg: 'process_completed',
    event_id,
    output: {
      data: answer.output,
      is_generating: false,
      duration,
      average_duration: duration,
      render_config: null,
      changed_state_ids: [],
    },
    success: true,
    title: null,
  }
}

export const heartbeat: Message = { msg: 'heartbeat' }

export const closeStream: Message = { msg: 'close_stream' }

export const unknownSession: Message = {
  msg: 'unexpected_error',
  message: 'Session not found.',
  session_not_found: true,
  success: false,
}
