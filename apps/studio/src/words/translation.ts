/** What another language must say of a section: the same keys, each a text or a function of the same values. */
export type Translation<Section> = {
  readonly [Key in keyof Section]: Section[Key] extends string
    ? string
    : Section[Key] extends (...values: infer Values) => string
      ? (...values: Values) => string
      : Translation<Section[Key]>
}
