// Whether `--gpu N` binds a process to one of several identical GPUs: for each GPU a process is started as a worker's engine
// is, opens what it sees through Dawn, takes 1 GiB of it, and nvidia-smi says whose memory that is.
//   node bench/gpu-choice.ts            each of the machine's GPUs
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { nvidiaSlots, runnerOnGpu } from '../apps/server/src/engine-process/gpu-choice.ts'
import { openGpu } from '../packages/flashworld/src/node/gpu.ts'

const gib = 2 ** 30

/** In the process that is bound: takes memory, says so, waits to be ended. */
async function hold() {
  const gpu = await openGpu()
  if (!gpu.device) throw new Error(gpu.why)
  // held until the process ends
  const buffers = Array.from({ length: 4 }, () =>
    gpu.device.createBuffer({
      size: gib / 4,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    }),
  )
  for (const buffer of buffers) gpu.device.queue.writeBuffer(buffer, 0, new Uint8Array(2 ** 20))
  await gpu.device.queue.onSubmittedWorkDone()
  console.log(gpu.name)
  setInterval(() => buffers, 1000)
}

function usersOfGpus() {
  const rows = execFileSync('nvidia-smi', [
    '--query-compute-apps=pid,gpu_bus_id,used_memory',
    '--format=csv,noheader',
  ])
  const memory = execFileSync('nvidia-smi', [
    '--query-gpu=index,pci.bus_id,memory.used',
    '--format=csv,noheader',
  ])
  return `${rows.toString()}${memory.toString()}`.trim()
}

if (process.argv[2] === 'hold') await hold()
else {
  const slots = nvidiaSlots()
  const wanted = process.argv.slice(2)
  console.log(`GPUs: ${JSON.stringify(slots)}\nbefore:\n${usersOfGpus()}`)
  for (const gpu of wanted.length > 0 ? wanted : slots.map(({ number }) => String(number))) {
    const { execPath, execArgv } = runnerOnGpu(gpu, slots)
    const child = spawn(execPath, [...execArgv, import.meta.filename, 'hold'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [name] = (await once(child.stdout, 'data')) as [Buffer]
    console.log(`--gpu ${gpu}, process ${child.pid}: ${name.toString().trim()}`)
    console.log(usersOfGpus())
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}
