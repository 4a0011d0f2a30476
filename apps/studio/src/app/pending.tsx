// panels that are not there yet
export const GenerateButton = () => null
export const QueuePanel = () => null
export const HistoryPanel = () => null
export const GenerationView = () => null
export const ExamplesGallery = () => null
