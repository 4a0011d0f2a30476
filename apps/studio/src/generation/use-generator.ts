import { createContext, useContext, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { useWorkshop } from '../workshop/use-workshop.ts'
import type { Generator } from './generator.ts'
import type { Job } from './job.ts'
import type { QueueLoad } from './timing.ts'

export const GeneratorContext = createContext<Generator | null>(null)

/** Makes worlds. */
export const useGenerator = (): Generator => {
  const generator = useContext(GeneratorContext)
  if (!generator) throw new Error('expected a generator around this component, got none')
  return generator
}

/** All jobs that the page knows of, the oldest first. */
export const useJobs = (): readonly Job[] => useStore(useGenerator().store, ({ jobs }) => jobs)

/** How busy the server is, asked again from time to time; null where it has not answered. */
export function useLoad(everyMs = 15_000): QueueLoad | null {
  const generator = useGenerator()
  // what others do changes slowly, what ends here changes it at once
  const ended = useStore(
    generator.store,
    ({ jobs }) => jobs.filter(({ endedAt }) => endedAt !== null).length,
  )
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible') void generator.look()
    }
    look()
    const timer = setInterval(look, everyMs)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [generator, everyMs, ended])
  return useStore(generator.store, ({ load }) => load)
}

/** The time, so often, while it is watched. */
export function useNow(isWatched: boolean, everyMs = 200): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!isWatched) return
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [isWatched, everyMs])
  return now
}

/** The URL of a picture of a scene, fetched as everything else is; undefined until it is there. */
export function useScenePicture(scene: string | null, name: string | undefined) {
  const workshop = useWorkshop()
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    if (scene === null || name === undefined) return
    const gone = new AbortController()
    let made: string | undefined
    const fetch = async () => {
      const answer = await workshop.scenes.file(scene, name, { signal: gone.signal })
      const file = await answer.blob()
      if (gone.signal.aborted) return
      made = URL.createObjectURL(file)
      setUrl(made)
    }
    // a preview is a courtesy: the world comes without it too
    fetch().catch(() => undefined)
    return () => {
      gone.abort()
      setUrl(undefined)
      if (made !== undefined) URL.revokeObjectURL(made)
    }
  }, [workshop, scene, name])
  return url
}
