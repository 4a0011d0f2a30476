import * as limits from '../limits.ts'

/** Defines: the constants of `limits.ts` under their own names. */
export const limitsSnippet = Object.entries(limits)
  .map(([name, value]) => `const ${name}: f32 = ${value};`)
  .join('\n')
