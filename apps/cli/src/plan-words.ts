import type { MemoryPlan } from 'flashworld/lab'

/** What of a model a plan leaves in the host's memory. */
export function planWords({ held }: Pick<MemoryPlan, 'held'>): string {
  const blocks = (count: number, name: string) => (count > 0 ? [`${count} blocks of ${name}`] : [])
  const parts = [
    ...blocks(held.textEncoder, 'the text encoder'),
    ...blocks(held.transformer, 'the transformer'),
    ...(held.vae > 0 ? ['image encoder and decoder'] : []),
  ]
  return parts.length === 0
    ? 'all of the model stays on the device'
    : `from the host's memory: ${parts.join(', ')}`
}
