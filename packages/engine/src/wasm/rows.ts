/** Elements that are worth a job of their own: some ten microseconds of work. */
const jobElements = 16384

/** Blocks of `rows` rows of `size` elements, each a kernel's job. */
export function blocksOfRows(rows: number, size: number) {
  const rowsPerJob = Math.max(1, Math.floor(jobElements / size))
  return { rows, rowsPerJob, jobs: Math.ceil(rows / rowsPerJob) }
}
