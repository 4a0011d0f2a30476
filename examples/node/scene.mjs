// A scene from a sentence: `node scene.mjs "a red house on grass"` writes scene.spz, and its record beside it.
import { loadFlashWorld } from 'flashworld'
import { embeddedModel, folderSource, nodeImages, openEngine, saveScene } from 'flashworld/node'

const [prompt = 'a red house on grass'] = process.argv.slice(2)

const engine = await openEngine({ backend: 'auto' })
const source = folderSource(embeddedModel())
const world = await loadFlashWorld({ engine, source, images: nodeImages })

const request = await world.checkRequest({ prompt, path: 'orbit-left:40', seed: 1 })
for (const { message } of request.warnings) console.warn(message)

const made = await world.generateScene(request)
for await (const { path } of saveScene(made, { files: ['scene.spz'] })) console.log(path)

world.dispose()
engine.dispose()
