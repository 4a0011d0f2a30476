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

/**
 * The environment by which a process sees one of several identical GPUs alone. Dawn picks an adapter by name, and the
 * Vulkan loader's own filters go by the device's id: both are the same for two of a kind, and Vulkan drivers do not heed
 * CUDA_VISIBLE_DEVICES. Where it sits on the bus tells them apart: Mesa's device selection layer (`mesa-vulkan-drivers`),
 * which the loader puts before every vendor's driver, shows the GPU at that address alone.
 * @param gpu the number of a GPU, or its PCI address
 * @throws ServerError `options/invalid` when there is no such GPU
 */
export function environmentOfGpu(
  gpu: string,
  slots: readonly GpuSlot[] = nvidiaSlots(),
): Record<string, string> {
  const pci = /^[\da-f]{4}:[\da-f]{2}:[\da-f]{2}\.\d$/i.test(gpu)
    ? gpu.toLowerCase()
    : slots.find(({ number }) => String(number) === gpu)?.pci
  if (pci === undefined) {
    const known = slots.map(({ number, pci }) => `${number} (${pci})`).join(', ')
    throw new ServerError(
      'options/invalid',
      `--gpu ${gpu}: expected one of ${known || 'the machine’s GPUs, and none was found'}`,
      { hint: 'A PCI address such as 0000:17:00.0, as lspci prints it, does as well.' },
    )
  }
  return {
    DRI_PRIME: `pci-${pci.replace(/[:.]/g, '_')}`,
    MESA_VK_DEVICE_SELECT_FORCE_DEFAULT_DEVICE: '1',
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
