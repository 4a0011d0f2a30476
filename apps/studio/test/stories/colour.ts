import sharp from 'sharp'

/** What most of the middle of a picture is; nothing where it is neither. */
export async function colourOf(picture: Uint8Array): Promise<'red' | 'blue' | undefined> {
  const { width, height } = await sharp(picture).metadata()
  const area = {
    left: Math.floor(width * 0.4),
    top: Math.floor(height * 0.4),
    width: Math.ceil(width * 0.2),
    height: Math.ceil(height * 0.2),
  }
  // statistics are of what is given, not of what is made of it
  const middle = await sharp(picture).extract(area).png().toBuffer()
  const [red, , blue] = (await sharp(middle).stats()).channels
  const apart = red!.mean - blue!.mean
  if (Math.abs(apart) < 40) return undefined
  return apart > 0 ? 'red' : 'blue'
}
