/** What the state needs of a log: a pino logger is one. */
export interface Log {
  info(message: string): void
  warn(message: string): void
  debug(message: string): void
}
