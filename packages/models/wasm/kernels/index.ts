export { gaussianHead } from './gaussian-head'
