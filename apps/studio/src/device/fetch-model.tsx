import { Download, Search } from 'lucide-react'
import type { RemoteCheckpoint } from 'flashworld/browser'
import { useState } from 'react'
import { useWork } from '../export/use-work.ts'
import { WorkStatus } from '../export/work-status.tsx'
import { Button, Notice, TextField } from '../ui/index.ts'
import { useWords } from '../words/use-words.ts'
import styles from './device-dialog.module.css'
import { keptModelName, workOnModel } from './model-store.ts'
import { sizeText } from './size-text.ts'

export interface FetchModelProps {
  /** Hears that what is kept is more than it was, or that the fetching was stopped. */
  readonly onChange: () => void
  /** Hears what a model that is here now is kept under. */
  readonly onFetched: (name: string) => void
}

interface Found {
  readonly url: string
  readonly model: RemoteCheckpoint
  /** Bytes that may still be kept; undefined where the browser does not tell. */
  readonly free: number | undefined
}

/** A model of another server: first what it takes is told, and only who then says so fetches it. */
export const FetchModel = ({ onChange, onFetched }: FetchModelProps) => {
  const { device: words } = useWords()
  const [url, setUrl] = useState('')
  const [found, setFound] = useState<Found | null>(null)
  const work = useWork()

  const look = () =>
    work.run(async (tell, signal) => {
      setFound(null)
      tell({ words: words.looking, share: null })
      const { href } = new URL(url.trim(), document.baseURI)
      const model = await workOnModel({ type: 'describe', url: href }, { signal })
      const { quota, usage = 0 } = await navigator.storage.estimate()
      setFound({ url: href, model, free: quota === undefined ? undefined : quota - usage })
    })
  const fetchIt = ({ url: from, model }: Found) =>
    work.run(async (tell, signal) => {
      const onProgress = (share: number) =>
        tell({ words: words.fetching(Math.floor(share * 100)), share })
      onProgress(0)
      // so that the browser does not drop it when the disk fills up; one that does not promise keeps it as long as it can
      await navigator.storage.persist()
      const as = keptModelName(model)
      await workOnModel({ type: 'store', url: from, as }, { signal, onProgress }).finally(onChange)
      setFound(null)
      onFetched(as)
    })

  return (
    <div className={styles.other}>
      <form
        className={styles.address}
        onSubmit={(event) => {
          event.preventDefault()
          look()
        }}
      >
        <TextField label={words.other} type="url" value={url} onChange={setUrl} />
        <Button icon={Search} type="submit" isDisabled={url.trim() === '' || work.state !== null}>
          {words.look}
        </Button>
      </form>
      <p className={styles.detail}>{words.otherWords}</p>
      <WorkStatus work={work} />
      {found && !work.state && <FoundModel found={found} onFetch={() => fetchIt(found)} />}
    </div>
  )
}

const FoundModel = ({
  found,
  onFetch,
}: {
  readonly found: Found
  readonly onFetch: () => void
}) => {
  const { device: words } = useWords()
  const { model, free } = found
  const size = sizeText(model.bytes)
  const isTooLarge = free !== undefined && model.bytes > free
  return (
    <Notice
      kind={isTooLarge ? 'warning' : 'note'}
      actions={
        <Button kind="primary" size="small" icon={Download} onPress={onFetch}>
          {words.fetch(size)}
        </Button>
      }
    >
      <strong>{words.found(model.name, model.precision, size)}</strong>
      <p>{words.foundWords(free === undefined ? words.unknownFree : sizeText(free))}</p>
      {isTooLarge && <p>{words.tooLarge}</p>}
    </Notice>
  )
}
