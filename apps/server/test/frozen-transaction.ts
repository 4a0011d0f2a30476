// `node frozen-transaction.ts DATABASE_URL`: takes the lock of those who submit and claim, is frozen with it, and tells the
// code of what it meets when it wakes.
import { openPostgres } from '../src/queue/postgres/database.ts'

const database = openPostgres(process.argv[2]!)
const frozen = database.alone('turns', () => {
  console.log('up')
  process.kill(process.pid, 'SIGSTOP')
  return Promise.resolve()
})
await frozen.catch(({ code }: { code: string }) => console.log(code))
await database.close()
