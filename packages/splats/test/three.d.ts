/** A part of three.js that the tests use and that its types leave out. */
declare module 'three/addons/loaders/usd/USDAParser.js' {
  export class USDAParser {
    parseText(text: string): unknown
  }
}
