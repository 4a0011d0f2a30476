export { PathPanel } from './panel/path-panel.tsx'
export { Timeline } from './timeline/timeline.tsx'
