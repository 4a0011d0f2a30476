import { workerOptions } from '@flashworld/server/options'
import type { Command } from '../command.ts'
import { runUntilAsked } from '../run-until-asked.ts'
import { givenServerOptions, serverFlags } from '../server-options.ts'

export const workerCommand: Command = {
  name: 'worker',
  summary: 'Works on the jobs of servers elsewhere, which share its PostgreSQL database',
  options: serverFlags(workerOptions),
  examples: ['npx flashworld worker --database-url postgres://queue.example/flashworld --gpu 0,1'],
  async run(given, session) {
    const options = givenServerOptions(given)
    const { createLog, startWorkers } = await import('@flashworld/server')
    const log = createLog(given.switches.has('quiet') ? 'error' : options.logLevel)
    const workers = await startWorkers(options, log)
    session.endInOwnTime()
    const { metricsUrl } = workers
    if (metricsUrl !== undefined)
      session.output.tell({ type: 'result', url: metricsUrl }, `measures at ${metricsUrl}/metrics`)
    return runUntilAsked(workers, options.drain, session)
  },
}
