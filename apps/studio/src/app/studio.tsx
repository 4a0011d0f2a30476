import { ToastRegion } from '../ui/toast.tsx'
import { useWords } from '../words/use-words.ts'

export const Studio = () => {
  const { app } = useWords()
  return (
    <>
      <main>{app.title}</main>
      <ToastRegion />
    </>
  )
}
