// A scene in Node, of what is installed in this folder.
import { loadFlashWorld } from 'flashworld'
import { embeddedModel, folderSource, nodeImages, openEngine, saveScene } from 'flashworld/node'

using engine = await openEngine({ backend: 'wasm' })
const source = folderSource(embeddedModel())
using world = await loadFlashWorld({ engine, source, images: nodeImages })
const made = await world.generateScene({
  prompt: 'a red house on grass',
  resolution: [8, 64, 64],
  seed: 1,
})
for await (const { path } of saveScene(made, { files: ['house.spz'] })) console.log(path)
console.log(`${made.scene.gaussians.count} Gaussians`)
