import { serveWorld } from 'flashworld/browser'

serveWorld()
