import type { Capabilities, ServerModel } from 'flashworld/client'
import type { StoreApi } from 'zustand/vanilla'
import { createStore } from 'zustand/vanilla'
import type { Workshop } from './workshop.ts'

/** What is known of the place where worlds are made; what was known stays while it does not answer. */
export interface WorkshopState {
  readonly answers: 'asking' | 'yes' | 'no'
  readonly models: readonly ServerModel[]
  readonly capabilities: Capabilities | null
}

export type WorkshopStore = StoreApi<WorkshopState>

/** Milliseconds between questions to one that does not answer, and to one that does. */
const [ABSENT, PRESENT] = [3000, 30_000]

const unknown: WorkshopState = { answers: 'asking', models: [], capabilities: null }

export const createWorkshopStore = (): WorkshopStore => createStore<WorkshopState>(() => unknown)

type Followed = Pick<Workshop, 'models' | 'capabilities'>

/** Keeps the state true until `signal`: asks at once, then from time to time. */
export async function followWorkshop(
  workshop: Followed,
  store: WorkshopStore,
  signal: AbortSignal,
  pause: (milliseconds: number, signal: AbortSignal) => Promise<void> = wait,
): Promise<void> {
  while (!signal.aborted) {
    const found = await Promise.all([
      workshop.models({ signal }),
      workshop.capabilities({ signal }),
    ]).catch(() => null)
    if (signal.aborted) return
    store.setState(
      found ? { answers: 'yes', models: found[0], capabilities: found[1] } : { answers: 'no' },
    )
    await pause(store.getState().answers === 'yes' ? PRESENT : ABSENT, signal)
  }
}

/** The same of whichever is chosen: of another one nothing is known at first. */
export function followChosen<Choice>(
  workshop: Followed,
  store: WorkshopStore,
  choice: Pick<StoreApi<Choice>, 'subscribe'>,
): void {
  let following = new AbortController()
  const follow = () => void followWorkshop(workshop, store, following.signal)
  follow()
  choice.subscribe(() => {
    following.abort()
    following = new AbortController()
    store.setState(unknown)
    follow()
  })
}

const wait = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
