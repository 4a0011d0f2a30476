import type { Pose, Vec3 } from '@flashworld/math'
import {
  addVec,
  anglesOfQuat,
  axisAngleQuat,
  rotateByQuat,
  scaleVec,
  subtractVec,
} from '@flashworld/math'
import { stickShare } from '../controls/gamepad.ts'
import { EYE_HEIGHT } from '../drawing/ground.ts'

/** A person's eyes are so many metres above the ground: what the path's unit is worth. */
const EYE_METRES = 1.6
export const METRES_PER_UNIT = EYE_METRES / EYE_HEIGHT

/** Metres a second, and degrees that one turns at once: turning smoothly makes many sick. */
const [SPEED, TURN] = [1.5, 30]
/** A stick that is pushed farther turns; one that is let go farther than the other may turn again. */
const [PUSHED, LET_GO] = [0.7, 0.3]

/** Where the room stands in the world: metres, degrees to the left. Its floor is level. */
export interface Stand {
  readonly position: Vec3
  readonly yaw: number
}

/** Each -1 to 1, right and down, as controllers say it. */
export interface Sticks {
  readonly left: readonly [number, number]
  readonly right: readonly [number, number]
}

/** The room in which one begins at a view, the horizon level. @param pose in the path's unit */
export const standAt = ({ position, rotation }: Pose): Stand => ({
  position: scaleVec(position, METRES_PER_UNIT),
  yaw: anglesOfQuat(rotation).yaw,
})

/** What the sticks of the controllers say. */
export function sticksOf(sources: Iterable<Pick<XRInputSource, 'handedness' | 'gamepad'>>): Sticks {
  const all = [...sources]
  const stick = (hand: XRHandedness): readonly [number, number] => {
    const axes = all.find(({ handedness }) => handedness === hand)?.gamepad?.axes ?? []
    // a thumbstick stands behind the two of a touchpad
    return axes.length >= 4 ? [axes[2]!, axes[3]!] : [axes[0] ?? 0, axes[1] ?? 0]
  }
  return { left: stick('left'), right: stick('right') }
}

/** The left stick walks, the right one climbs and turns. */
export class Walker {
  stand: Stand
  #hasTurned = false

  constructor(stand: Stand) {
    this.stand = stand
  }

  /** @param head in the world, metres */
  step(sticks: Sticks, head: Pose, seconds: number): void {
    const [right, down] = sticks.left.map(stickShare) as [number, number]
    const climb = -stickShare(sticks.right[1])
    const heading = axisAngleQuat([0, 1, 0], anglesOfQuat(head.rotation).yaw)
    const along = rotateByQuat(heading, [right, 0, down])
    const by = scaleVec(addVec(along, [0, climb, 0]), SPEED * seconds)
    this.stand = { ...this.stand, position: addVec(this.stand.position, by) }
    this.#turn(sticks.right[0], addVec(head.position, by))
  }

  /** About the head: the person stays where they are. */
  #turn(pushed: number, about: Vec3): void {
    if (Math.abs(pushed) < LET_GO) this.#hasTurned = false
    if (Math.abs(pushed) < PUSHED || this.#hasTurned) return
    this.#hasTurned = true
    const left = -Math.sign(pushed) * TURN
    const turn = axisAngleQuat([0, 1, 0], left)
    const { position, yaw } = this.stand
    this.stand = {
      position: addVec(about, rotateByQuat(turn, subtractVec(position, about))),
      yaw: yaw + left,
    }
  }
}
