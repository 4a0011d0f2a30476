/** Bytes for people: 46.5 GB, 16 MB, 3 kB. */
export function byteWords(bytes: number): string {
  const [unit, size] = units.find(([, least]) => bytes >= least) ?? ['B', 1]
  const count = bytes / size
  return `${count >= 100 || size <= 1e3 ? Math.round(count) : Number(count.toPrecision(3))} ${unit}`
}

const units = [
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
] as const
