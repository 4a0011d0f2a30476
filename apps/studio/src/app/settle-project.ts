import { addMove, usualMove } from '../path/moves.ts'
import { emptyProject } from '../project/project.ts'
import type { ProjectStore } from '../project/store.ts'
import type { WorkshopStore } from '../workshop/workshop-state.ts'

/**
 * A project whose scene and path nobody has touched takes the scene that the model makes best, and a path to begin with;
 * what was written meanwhile stays.
 */
export function settleProject(project: ProjectStore, workshop: WorkshopStore): void {
  const settle = () => {
    const [model] = workshop.getState().models
    const { present, isFresh } = project.history.getState()
    const { scene, path } = present
    if (!model || scene !== emptyProject.scene || path !== emptyProject.path) return
    const [frames, height, width] = model.resolution
    const settled = {
      ...present,
      scene: { ...scene, frames, width, height },
      path: addMove(path, usualMove('orbit'), 'first'),
    }
    if (isFresh) project.begin(settled)
    else project.open(settled)
  }
  settle()
  workshop.subscribe(settle)
  project.history.subscribe(settle)
}
