import { join } from 'node:path'
import type { ServerOptions } from '../options.ts'
import { openPostgres } from './postgres/database.ts'
import type { Queue, QueuePolicy } from './queue.ts'
import { defaultPolicy } from './queue.ts'
import { createSqlQueue } from './sql-queue.ts'
import { openSqlite } from './sqlite/database.ts'

/**
 * The queue in PostgreSQL where a URL is given, else in the data folder, which this process has locked. There nobody
 * else can be working: what runs is what the process before left.
 */
export async function openQueue(
  options: ServerOptions,
  data: string,
  policy: Partial<QueuePolicy> = {},
): Promise<Queue> {
  const isShared = options.databaseUrl !== ''
  const queue = await createSqlQueue(
    isShared ? openPostgres(options.databaseUrl) : openSqlite(join(data, 'queue.sqlite')),
    {
      ...defaultPolicy,
      maxQueued: options.maxQueued,
      maxQueuedPerClient: options.maxQueuedPerClient,
      maxRunningPerClient: options.maxRunningPerClient,
      ...policy,
    },
  )
  if (!isShared) await queue.reapAll()
  return queue
}
