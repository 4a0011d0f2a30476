const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Bytes as a person reads them, such as `14.6 GB`. */
export function sizeText(bytes: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(bytes || 1) / 3)))
  const amount = bytes / 1000 ** power
  return `${amount.toFixed(amount < 100 && power > 0 ? 1 : 0)} ${units[power]}`
}
