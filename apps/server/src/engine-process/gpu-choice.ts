import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServerError } from '../errors.ts'

/** A GPU that the kernel's driver knows. */
export interface GpuSlot {
  /** Its number, as `nvidia-smi` and the kernel count. */
  readonly number: number
  /** Where it sits on the PCI bus: domain, bus, device and function, `0000:17:00.0`. */
  readonly pci: string
}

const nvidia = '/proc/driver/nvidia/gpus'

/** How a program is started: `execPath execArgv… program arguments…`. */
export interface Runner {
  readonly execPath: string
  readonly execArgv: readonly string[]
}

/**
 * Starts a Node program that sees one of several identical GPUs alone. Dawn picks an adapter by name, and the Vulkan
 * loader's filters go by the device's id: both are the same for two of a kind; Vulkan does not heed CUDA_VISIBLE_DEVICES;
 * Mesa's device selection layer only sorts the list, of which Dawn then takes the last. What a process cannot open its
 * driver does not list: so it runs in a mount namespace in which /dev/null lies over the other GPUs' nodes.
 * @param gpu the number of a GPU, or its PCI address
 * @throws ServerError `options/invalid` when there is no such GPU
 */
export function runnerOnGpu(
  gpu: string,
  slots: readonly GpuSlot[] = nvidiaSlots(),
  nodes = '/dev/nvidia',
): Runner {
  const chosen = slots.find(
    ({ number, pci }) => String(number) === gpu || pci === gpu.toLowerCase(),
  )
  if (chosen === undefined) {
    const known = slots.map(({ number, pci }) => `${number} (${pci})`).join(', ')
    throw new ServerError(
      'options/invalid',
      `--gpu ${gpu}: expected one of ${known || 'the machine’s NVIDIA GPUs, and none was found'}`,
      { hint: 'In a container that was given one GPU, leave --gpu out.' },
    )
  }
  const others = slots.filter((slot) => slot !== chosen)
  if (others.length === 0) return { execPath: process.execPath, execArgv: [] }
  const hide = others.map(({ number }) => `mount --bind /dev/null '${nodes}${number}'`)
  // who is not root becomes root of a namespace of users, for this alone
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const script = `${hide.join(' && ')} && exec "$0" "$@"`
  return {
    execPath: 'unshare',
    execArgv: [...asRoot, '--mount', 'sh', '-c', script, process.execPath],
  }
}

/** NVIDIA's GPUs in the order of their numbers. */
export function nvidiaSlots(folder = nvidia): readonly GpuSlot[] {
  let names: readonly string[]
  try {
    names = readdirSync(folder)
  } catch {
    return [] // no such driver
  }
  const slots = names.map((pci) => {
    const text = readFileSync(join(folder, pci, 'information'), 'utf8')
    return {
      number: Number(/Device Minor:\s*(\d+)/.exec(text)?.[1] ?? NaN),
      pci: pci.toLowerCase(),
    }
  })
  return slots.sort((a, b) => a.number - b.number)
}
