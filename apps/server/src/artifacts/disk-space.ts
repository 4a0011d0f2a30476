import { statfs } from 'node:fs/promises'
import { ServerError } from '../errors.ts'

/** Asked before a job is accepted, so that the disk never fills under jobs that were. @throws ServerError `queue/disk-full` */
export async function checkDiskSpace(folder: string, least: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize >= least) return
  throw new ServerError('queue/disk-full', 'the disk is nearly full, no more jobs are taken', {
    hint: 'Try again later; the operator may free space, keep files for a shorter time, or lower --min-free-disk.',
  })
}
