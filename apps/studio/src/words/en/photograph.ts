/** Words of the photograph in the scene. */
export const photograph = {
  blockOut: 'Block out in depth',
  hint: 'Stands the photograph up as a rough world, so that distances mean something while you plan.',
  blocking: 'Finding out what is near and far',
  stop: 'Stop',
  failed: (cause: string) => `That did not work: ${cause}. Try again.`,
}
