import { addMove, usualMove } from '../path/moves.ts'
import { emptyProject } from '../project/project.ts'
import type { ProjectStore } from '../project/store.ts'
import type { WorkshopStore } from '../workshop/workshop-state.ts'

/** A project that nobody has touched takes the scene that the model makes best, and a path to begin with. */
export function settleProject(project: ProjectStore, workshop: WorkshopStore): void {
  const settle = () => {
    const [model] = workshop.getState().models
    const { present, isFresh } = project.history.getState()
    if (!model || !isFresh || present.path.keys.length > 0) return
    const [frames, height, width] = model.resolution
    project.begin({
      ...present,
      scene: { ...emptyProject.scene, frames, width, height },
      path: addMove(present.path, usualMove('orbit'), 'first'),
    })
  }
  settle()
  workshop.subscribe(settle)
  project.history.subscribe(settle)
}
