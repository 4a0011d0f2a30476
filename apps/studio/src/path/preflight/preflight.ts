import type { Project } from '../../project/project.ts'
import { viewsOf } from '../frames.ts'
import {
  closeToPoint,
  fewKeys,
  moreKeysThanFrames,
  rotationOnly,
  still,
  tooFarBetween,
  tooFast,
  uneven,
} from './movement.ts'
import { frames, lens, photographBetween, photographOut, size, zoom } from './settings.ts'
import { disjoint, looksAway, tilted, tipped } from './sight.ts'
import { solid } from './solid.ts'
import type { Check, Found, PreflightContext, Warning } from './warning.ts'

/** In the order in which they are told: what stops everything first. */
const CHECKS: readonly Check[] = [
  fewKeys,
  photographOut,
  still,
  rotationOnly,
  solid,
  tooFast,
  tooFarBetween,
  disjoint,
  looksAway,
  tilted,
  tipped,
  uneven,
  lens,
  zoom,
  size,
  frames,
  closeToPoint,
  moreKeysThanFrames,
  photographBetween,
]

/**
 * What the model cannot do well of a project, before its time is spent. Each warning comes with a project that does not
 * give it any more, where one is known.
 */
export const preflight = (project: Project, context: PreflightContext): Warning[] =>
  CHECKS.flatMap((check) => {
    const found = run(check, project, context)
    if (!found) return []
    const { finding, severity = 'warning', frames = null } = found
    return [{ finding, severity, frames, mend: () => mendOf(check, found, project, context) }]
  })

const run = (check: Check, project: Project, context: PreflightContext) =>
  check({ ...context, project, views: viewsOf(project.path, project.scene.frames) })

/** The first of the offered changes that helps. */
function mendOf(check: Check, found: Found, project: Project, context: PreflightContext) {
  for (const changed of changesOf(found, project)) {
    if (!run(check, changed, context)) return changed
  }
  return null
}

function* changesOf({ paths = [], projects = [] }: Found, project: Project): Generator<Project> {
  yield* projects
  for (const path of paths) yield { ...project, path }
}
