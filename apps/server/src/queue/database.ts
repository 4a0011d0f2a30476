export type SqlValue = string | number | null

export type Row = Readonly<Record<string, SqlValue>>

/** What the queue needs of a database: one dialect of SQL, `?` for parameters, and a bell between processes. */
export interface Database {
  /** Milliseconds since 1970 as an expression: one clock for all processes. */
  readonly now: string
  /** What a SELECT adds so that two workers never take one row. */
  readonly skipLocked: string
  /** @throws ServerError `queue/unreachable`, `queue/disk-full`; then nobody knows whether it was done */
  query(sql: string, parameters?: readonly SqlValue[]): Promise<readonly Row[]>
  /** All or nothing, and done again when two transactions stood in each other's way. */
  transaction<T>(body: (query: Database['query']) => Promise<T>): Promise<T>
  /** A transaction with which no other of the same name runs in any process. */
  alone<T>(name: string, body: (query: Database['query']) => Promise<T>): Promise<T>
  /** Rings in every process that listens. */
  ring(topic: string): Promise<void>
  listen(onRing: (topic: string) => void): () => void
  close(): Promise<void>
}
