import { join, resolve } from 'node:path'
import type { Scope } from '@flashworld/server'
import type { Command } from '../command.ts'
import { oneOf, UsageError } from '../command.ts'
import { givenServerOptions, serverFlags } from '../server-options.ts'

export const tokenCommand: Command = {
  name: 'token',
  summary: 'Makes, lists and removes the tokens of a server, which need no restart',
  positionals: 'create NAME | list | remove NAME',
  options: {
    scope: {
      value: 'LIST',
      summary: 'what the token allows: generate, read, admin',
      default: 'generate,read',
    },
    ...serverFlags(['data']),
  },
  examples: [
    'npx flashworld token create studio --scope generate,read',
    'npx flashworld token list --data /var/lib/flashworld',
    'npx flashworld token remove studio',
  ],
  async run(given, { output }) {
    const [action, name, ...more] = given.positionals
    const { addToken, readTokens, removeToken, scopes } = await import('@flashworld/server')
    const { scope, ...values } = given.values
    const file = join(resolve(givenServerOptions({ ...given, values }).data), 'tokens.json')
    if (more.length > 0) throw new UsageError(`token: expected one name, got '${more[0]}' as well`)
    if (action === 'list' && name === undefined) {
      for (const token of await readTokens(file)) {
        const words = `${token.name}: ${token.scopes.join(', ')}`
        output.tell({ type: 'result', name: token.name, scopes: token.scopes }, words)
      }
    } else if (action === 'create' && name !== undefined) {
      const allowed = scope!.split(',').map((item): Scope => oneOf('scope', item.trim(), scopes))
      const token = await addToken(file, name, allowed)
      output.tell({ type: 'result', name, token }, token)
      output.tell(
        { type: 'note', message: 'the token is not shown again' },
        'note: it is not shown again; a running server knows it in a second or two',
      )
    } else if (action === 'remove' && name !== undefined) {
      await removeToken(file, name)
      output.tell(
        { type: 'done' },
        `removed ${name}; a running server refuses it in a second or two`,
      )
    } else {
      throw new UsageError('token: expected create NAME, list or remove NAME')
    }
    return 0
  },
}
