import type { Caller } from '../access/tokens.ts'
import { isJobId } from '../artifacts/store.ts'
import type { Job } from '../queue/job.ts'
import type { Services } from '../services.ts'

/** A job that the caller may see. Ids of no job, of other people's, and what is no id are the same: undefined. */
export async function ownJob(
  { queue }: Services,
  id: string,
  { owner, scopes }: Caller,
): Promise<Job | undefined> {
  const job = isJobId(id) ? await queue.get(id) : undefined
  return job && (job.owner === owner || scopes.includes('admin')) ? job : undefined
}
