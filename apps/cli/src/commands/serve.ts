import { serveOptions } from '@flashworld/server/options'
import type { Command } from '../command.ts'
import type { Output } from '../output.ts'
import { runUntilAsked } from '../run-until-asked.ts'
import { givenServerOptions, serverFlags } from '../server-options.ts'

export const serveCommand: Command = {
  name: 'serve',
  summary: 'Serves scenes over HTTP: a queue that loses no job, APIs, pages',
  options: serverFlags(serveOptions),
  examples: [
    'npx flashworld serve',
    'npx flashworld serve --port 8000 --data /var/lib/flashworld --keep 2d',
    'npx flashworld serve --host 0.0.0.0 --allow-host scenes.example.org --config server.json',
  ],
  async run(given, session) {
    const options = givenServerOptions(given)
    const { createLog, startServer } = await import('@flashworld/server')
    const log = createLog(given.switches.has('quiet') ? 'error' : options.logLevel)
    const server = await startServer(options, log)
    session.endInOwnTime()
    announce(server.url, session.output)
    return runUntilAsked(server, options.drain, session)
  },
}

function announce(url: string, output: Output) {
  output.tell({ type: 'result', url }, `flashworld serves at ${url}`)
  output.say(
    `try: curl ${url}/v1/scenes -H 'Content-Type: application/json' -d '{"prompt": "a red house"}'`,
  )
}
