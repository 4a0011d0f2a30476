// Draws docs/images/full-size.svg from the figures below, which are those of LOG.md:
//   node bench/plots.ts
import { writeFileSync } from 'node:fs'

/** One H100, 24 x 480 x 704, random weights. */
const engines = [
  { name: 'published code', seconds: 3.35, gibibytes: 42.8, ink: '#9aa3ad' },
  { name: 'f16', seconds: 3.27, gibibytes: 21.1, ink: '#e0a84e' },
  { name: 'int8', seconds: 2.91, gibibytes: 14.7, ink: '#d9822b' },
]

/** int8, 480 x 704. */
const byFrames = [
  { frames: 8, seconds: 0.97 },
  { frames: 16, seconds: 1.87 },
  { frames: 24, seconds: 2.91 },
  { frames: 48, seconds: 6.79 },
]

const [width, height, panel, gap] = [960, 250, 272, 48]
const base = 205
const top = 66

const text = (x: number, y: number, words: string, how = '') =>
  `<text x="${x}" y="${y}" ${how}>${words}</text>`

const title = (x: number, words: string) =>
  text(x, 36, words, 'font-size="15" font-weight="600" fill="#1f2933"')

function bars(left: number, heading: string, value: (engine: (typeof engines)[number]) => number) {
  const most = Math.max(...engines.map(value))
  const step = panel / engines.length
  const one = (engine: (typeof engines)[number], i: number) => {
    const tall = ((base - top) * value(engine)) / most
    const middle = left + step * (i + 0.5)
    return [
      `<rect x="${middle - 26}" y="${base - tall}" width="52" height="${tall}" rx="3" fill="${engine.ink}"/>`,
      text(middle, base - tall - 7, String(value(engine)), 'text-anchor="middle" fill="#1f2933"'),
      text(middle, base + 20, engine.name, 'text-anchor="middle" fill="#52606d"'),
    ].join('\n')
  }
  return [title(left, heading), ...engines.map(one)].join('\n')
}

function curve(left: number) {
  const [mostFrames, mostSeconds] = [48, 7]
  const x = (frames: number) => left + (panel * frames) / mostFrames
  const y = (seconds: number) => base - ((base - top) * seconds) / mostSeconds
  const points = byFrames.map(({ frames, seconds }) => `${x(frames)},${y(seconds).toFixed(1)}`)
  return [
    title(left, 'Seconds by frames, int8'),
    `<polyline points="${points.join(' ')}" fill="none" stroke="#d9822b" stroke-width="2.5"/>`,
    ...byFrames.flatMap(({ frames, seconds }) => [
      `<circle cx="${x(frames)}" cy="${y(seconds)}" r="4.5" fill="#d9822b"/>`,
      text(x(frames) - 8, y(seconds) - 9, String(seconds), 'text-anchor="end" fill="#1f2933"'),
      text(x(frames), base + 20, String(frames), 'text-anchor="middle" fill="#52606d"'),
    ]),
  ].join('\n')
}

const lefts = [0, 1, 2].map((i) => 24 + i * (panel + gap))
const axis = lefts.map(
  (x) => `<line x1="${x}" y1="${base}" x2="${x + panel}" y2="${base}" stroke="#cbd2d9"/>`,
)
const svg = [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">`,
  `<rect width="${width}" height="${height}" rx="10" fill="#ffffff"/>`,
  ...axis,
  bars(lefts[0]!, 'Seconds a scene', ({ seconds }) => seconds),
  bars(lefts[1]!, 'Peak device memory, GiB', ({ gibibytes }) => gibibytes),
  curve(lefts[2]!),
  '</svg>',
]
writeFileSync('docs/images/full-size.svg', svg.join('\n') + '\n')
