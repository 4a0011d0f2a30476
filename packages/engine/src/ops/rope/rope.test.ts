import { checkOp } from '../../../test/check-op.ts'
import { ropeCases } from './cases.ts'
import { ropeOp } from './index.ts'

await checkOp(ropeOp, ropeCases, ({ x, cos, sin }, of) => (l, h, d) => {
  const pair = Math.floor(d! / 2)
  const [a, b] = [of(x)(l!, h!, pair * 2), of(x)(l!, h!, pair * 2 + 1)]
  // as polar coordinates: the angle grows
  const angle = Math.atan2(b, a) + Math.atan2(of(sin)(l!, pair), of(cos)(l!, pair))
  return Math.hypot(a, b) * (d! % 2 === 0 ? Math.cos(angle) : Math.sin(angle))
})
