// panels that are not there yet
export const PathPanel = () => null
export const Timeline = () => null
