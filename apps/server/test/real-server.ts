// `node real-server.ts '{"port": "0", ...}'`: a server of its own process with the real engine, its options by flag, for
// programs that load it.
import { createLog, readOptions, startServer } from '../src/index.ts'

const options = readOptions(JSON.parse(process.argv[2]!) as Record<string, string>)
const server = await startServer(options, createLog(options.logLevel))
process.on('SIGTERM', () => void server.stop())
console.log(server.url)
