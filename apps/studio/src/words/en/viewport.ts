/** Words of the view. */
export const viewport = {
  label: 'View of the world with the camera path',
  instructions:
    'W A S D fly, Q and E sink and rise, arrow keys look around, Shift is fast, Alt is slow. Space sets a key here. Comma and full stop go through the keys. Escape leaves.',
  announcements: {
    keySelected: (key: number) => `Key ${key} selected`,
    keyMoved: (key: number) => `Key ${key} moved`,
    keyRecorded: (key: number) => `Key ${key} set`,
    pathSelected: 'The whole path selected',
    pathMoved: 'The whole path moved',
    nothingSelected: 'Nothing selected',
    strokeDrawn: 'Stroke drawn',
    picked: 'Point chosen',
    worldShown: (splats: number) => `World shown, ${splats.toLocaleString('en')} splats`,
  },
}
