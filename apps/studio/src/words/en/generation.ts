const plural = (count: number, one: string, many: string) => (count === 1 ? one : many)
const seconds = (amount: number) => `${amount} s`
const minutes = (amount: number) => `${amount} min`

/** Words of what is in the making. */
export const generation = {
  time: { second: seconds, minute: minutes },
  generate: 'Generate world',
  generateSome: (worlds: number) => `Generate ${worlds} worlds`,
  needs: {
    what: 'Write a sentence or add a photograph first',
    path: 'Set at least two keys on the path first',
  },
  about: {
    server: (time: string) => `about ${time} on this server`,
    device: (time: string) => `about ${time} on this device`,
  },
  unmeasured: 'time not yet known',
  atOnce: 'starts at once',
  after: (ahead: number) => `after ${ahead} other ${plural(ahead, 'world', 'worlds')}`,
  away: {
    server: 'The server does not answer',
    device: 'The model cannot be found',
  },

  making: 'Making your world',
  makingOf: (which: number, all: number) => `Making world ${which} of ${all}`,
  progress: 'How much of the world is made',
  step: (step: number, of: number, stage: string) => `step ${step} of ${of} · ${stage}`,
  stages: {
    text: 'reading the sentence',
    image: 'looking at the photograph',
    transformer: 'imagining',
    decoder: 'building it in space',
    render: 'looking at it',
    encoder: 'comparing',
    writing: 'writing it down',
    other: 'working',
  },
  sending: 'Sending',
  storing: 'Fetching the model',
  loading: 'Loading the model',
  queued: 'Waiting for its turn',
  next: 'Next in line',
  ahead: (ahead: number) => `${ahead} ${plural(ahead, 'world', 'worlds')} before yours`,
  fetching: 'Bringing it here',
  cancelling: 'Cancelling',
  lost: 'The server does not answer. Your world goes on as soon as it is back.',
  retried: {
    server: 'A worker was lost; the world is made again.',
    device: 'The graphics processor was lost for a moment; the world is made again.',
  },
  waited: (time: string) => time,
  left: (time: string) => `about ${time} left`,
  cancel: 'Cancel',
  preview: (step: number) => `The world after step ${step}`,
  tobe: (step: number) => `Step ${step}, not yet there`,

  ready: 'Your world is ready',
  show: 'Show it',
  failed: 'This world was not made',
  cancelled: 'Cancelled',
  again: 'Try again',
  dismiss: 'Dismiss',
  advice: {
    again: 'Nothing is wrong with what you asked for. Try again.',
    wait: 'The server has too much to do right now. Wait a moment, then try again.',
    change: 'Change what you ask for, then generate again.',
    photograph: 'Choose another photograph: a PNG, JPEG or WebP that is not too large.',
    path: 'Change the camera path, then generate again.',
    size: 'Choose fewer frames or a smaller size.',
    token: 'Ask whoever runs this server for a token, then try again.',
    start: 'Is the server running, and are you connected to it? Then try again.',
    report: 'Try again. If it happens once more, tell whoever runs this server.',
  },
  deviceAdvice: {
    lost: 'This device stopped computing, twice. Other programs may need its graphics memory. Try again, or use the processor, which is slower and takes less.',
    model:
      'The model could not be read. Are you connected, and is it still where it was? Then try again.',
    unsupported: 'This browser cannot compute that way. Choose another under “This device”.',
    report:
      'Try again. If it happens once more, choose another way to compute under “This device”.',
  },
  useProcessor: 'Use the processor',
  said: (code: string, message: string) => `${message} (${code})`,

  queue: 'In the making',
  queueLabel: (title: string) => `${title}, in the making`,
  seed: (seed: number) => `seed ${seed}`,
  untitled: 'From a photograph',

  token: {
    title: 'This server asks for a token',
    words: 'Whoever runs the server gives it to you. It is kept for this tab only.',
    field: 'Token',
    enter: 'Continue',
  },

  request: {
    title: 'Request',
    words:
      'What is asked for, as JSON. The photograph goes with it. What you change here becomes the project.',
    field: 'Request as JSON',
    apply: 'Use this',
    copy: 'Copy',
    copied: 'Copied',
    save: 'Save as a file',
    seedNote: 'seed: thrown anew for each world',
  },
}
