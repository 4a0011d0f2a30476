import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lockDataFolder } from './data-lock.ts'

const hold = `
  const { lockDataFolder } = await import(process.argv[1])
  const held = lockDataFolder(process.argv[2])
  console.log('held')
  setInterval(() => held, 1000)`

test('a second process is refused and told who holds the folder; after kill -9 it is taken over at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flashworld-lock-'))
  const module = import.meta.resolve('./data-lock.ts')
  for (let round = 0; round < 3; round++) {
    const args = ['--input-type=module', '--eval', hold, module, folder]
    const holder = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(holder.stdout, 'data')
    expect(() => lockDataFolder(folder)).toThrow(`process ${holder.pid}`)
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    const lock = lockDataFolder(folder)
    expect(() => lockDataFolder(folder)).toThrow(`process ${process.pid}`)
    lock.release()
  }
  rmSync(folder, { recursive: true })
})
