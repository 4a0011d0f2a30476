export type SqlValue = string | number | null

export type Row = Readonly<Record<string, SqlValue>>

/** What the queue needs of a database: one dialect of SQL, `?` for parameters, and a bell between processes. */
export interface Database {
  /** Milliseconds since 1970 as an expression: one clock for all processes. */
  readonly now: string
  /** What a SELECT adds so that two workers never take one row. */
  readonly skipLocked: string
  query(sql: string, parameters?: readonly SqlValue[]): Promise<readonly Row[]>
  /** All or nothing. Nobody else's statement comes between. */
  transaction<T>(body: (query: Database['query']) => Promise<T>): Promise<T>
  /** Rings in every process that listens. */
  ring(topic: string): Promise<void>
  listen(onRing: (topic: string) => void): () => void
  close(): Promise<void>
}
