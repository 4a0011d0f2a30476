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

/** True for what failed in the operating system: files, disks, permissions. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error

/** Why it failed, in words. */
export const systemReason = (error: unknown): string =>
  (isSystemError(error) && reasons[error.code ?? '']) || (error as Error).message
