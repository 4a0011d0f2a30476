/** Words of worlds that are made on this device, in the page itself. */
export const device = {
  madeOn: 'Made on',
  places: { server: 'Server', device: 'This device' },
  open: 'What this device can do…',
  title: 'This device',
  lead: 'Worlds are made in this page, on your own hardware. Sentence, photograph and world never leave it.',

  abilitiesTitle: 'What this browser has',
  looking: 'Looking…',
  standing: { has: 'there', part: 'in part', lacks: 'missing' },
  abilities: {
    gpu: {
      name: 'Graphics processor',
      has: 'Worlds are made on it.',
      part: 'It is computed by the processor, which is quicker by itself and is used instead.',
      lacks: 'The processor makes the worlds, more slowly.',
    },
    half: {
      name: 'Half precision',
      has: 'Half the memory, more speed.',
      lacks: 'Numbers take twice the memory: the published model needs some 50 GB then.',
    },
    matrix: {
      name: 'Matrix units',
      has: 'Large models run several times faster.',
      lacks: 'Browsers do not offer them to pages yet: large models take several times longer.',
    },
    buffers: {
      name: 'Largest buffer',
      has: 'Enough for the published model.',
      part: 'Enough for the embedded model, not for the published one.',
    },
    threads: {
      name: 'Processor cores',
      has: 'Without a graphics processor, all of them are used.',
      part: 'Only one is used: this page is not isolated from others.',
    },
    storage: {
      name: 'Room for models',
      has: 'Models stay here, each file checked.',
      lacks: 'This browser keeps no models: only the embedded one works.',
    },
    films: {
      name: 'Film encoder',
      has: 'Films are written in this page.',
      lacks: 'Films cannot be written here; pictures can.',
    },
  },
  free: (size: string) => `${size} free`,
  cores: (cores: number) => `${cores}`,

  computeTitle: 'Compute',
  backend: 'With',
  backends: { auto: 'The quickest there is', webgpu: 'Graphics processor', wasm: 'Processor' },
  precision: 'Numbers',
  precisions: { auto: 'The quickest it does well', f32: 'Exact: 32 bits' },
  memory: 'Graphics memory',
  memories: { auto: 'Whatever there is', gigabytes: (size: number) => `Within ${size} GB` },

  modelTitle: 'Model',
  embedded: 'Embedded',
  embeddedDetail: 'toy worlds, in seconds; 16 MB, comes with the page',
  keptDetail: (size: string) => `${size} on this device`,
  partDetail: (size: string) => `${size} of it are here; fetch it again to go on`,
  removeModel: (name: string) => `Remove ${name} from this device`,
  removed: (name: string, size: string) => `${name} is removed: ${size} are free again`,
  other: 'Another model',
  otherWords:
    'The address of a folder that “flashworld models convert --for-browsers” has made, on any server that gives ranges and lets other pages read.',
  address: 'Address of the folder',
  look: 'Look',
  found: (name: string, precision: string, size: string) => `${name}, ${precision}: ${size}`,
  foundWords: (free: string) =>
    `All of it is downloaded once, checked and kept in this browser, which has ${free} for it. On the graphics processor it needs about as much memory again, or 8 GB with that set above.`,
  unknownFree: 'an unknown amount of room',
  tooLarge: 'That is more than this browser lets this page keep.',
  fetch: (size: string) => `Fetch ${size}`,
  fetching: (percent: number) => `${percent} % are here`,
  fetched: (name: string) => `${name} is here, and makes the next worlds.`,
}
