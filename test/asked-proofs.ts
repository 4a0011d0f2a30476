/**
 * Of a program's proofs, by name, those that its arguments ask for; none without arguments. Ends the program with 2 where there is
 * none of that name.
 */
export function askedProofs(names: readonly string[]): readonly string[] {
  const asked = process.argv.slice(2)
  const unknown = asked.find((name) => !names.includes(name))
  if (unknown === undefined) return names.filter((name) => asked.includes(name))
  process.stderr.write(`expected ${names.join(', ')}, got ${unknown}\n`)
  process.exit(2)
}
