/** What the operating system's codes mean to the one who named the file. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder, expected a file',
  ENOTDIR: 'a file stands where its path has a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk can only be read',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EMFILE: 'too many files are open',
}

/**
 * True for what failed in the operating system: files, disks, permissions.
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { isSystemError } from 'flashworld/node'
 *
 * await readFile('nothing.txt').catch((error: unknown) => {
 *   if (isSystemError(error)) console.log(error.code) // 'ENOENT'
 * })
 * ```
 */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error

/**
 * Why it failed, in words.
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { systemReason } from 'flashworld/node'
 *
 * await readFile('nothing.txt').catch((error: unknown) => console.log(systemReason(error)))
 * ```
 */
export const systemReason = (error: unknown): string =>
  (isSystemError(error) && reasons[error.code ?? '']) || (error as Error).message
