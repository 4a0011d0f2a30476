// Stands in for the program that decodes on a machine that is slow to start anything.
await new Promise((resolve) => setTimeout(resolve, 3000))
await import('./hungry-decoder.ts')
