export { type ColmapBinary, readColmapBinary } from './binary.ts'
export { type ColmapText, readColmapText, writeColmapText } from './text.ts'
