import type { OptionName } from '@flashworld/server/options'
import { defaultText, readOptions, serverOptions } from '@flashworld/server/options'
import type { Given, Option, Options } from './command.ts'

const configOption: Options = {
  config: {
    value: 'FILE',
    summary: 'a JSON file of these options by their names; flags and environment win over it',
  },
}

/** The server's own table of options as the command line's. */
export const serverFlags = (names: readonly OptionName[]): Options => ({
  ...Object.fromEntries(names.map((name) => [name, flagOf(name)])),
  ...configOption,
})

/** The default stands in the meaning: a flag that is not given leaves room for environment and file. */
function flagOf(name: OptionName): Option {
  const option: Option = serverOptions[name]
  const preset = defaultText(name)
  return {
    ...(option.value !== undefined && { value: option.value }),
    summary: preset === undefined ? option.summary : `${option.summary}; default ${preset}`,
    ...(option.aliases && { aliases: option.aliases }),
  }
}

/** @throws ServerError `options/invalid` */
export function givenServerOptions({ values, switches }: Given) {
  const { config, ...flags } = values
  const on = Object.fromEntries([...switches].map((name) => [name, '']))
  return readOptions({ ...flags, ...on }, process.env, config ?? process.env.FLASHWORLD_CONFIG)
}
