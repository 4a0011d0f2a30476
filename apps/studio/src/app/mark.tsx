import mark from './mark.svg'

/** The product's mark: a path that goes through a world. */
export const Mark = ({ size = 22 }: { readonly size?: number }) => (
  <img src={mark} width={size} height={size} alt="" />
)
