/** A progress bar with ETA on stderr, drawn only on a terminal and only for work over one second. */
export interface Progress {
  /** Begins a phase of `total` units. */
  start(label: string, total: number): void
  advance(units?: number): void
  /** Clears the bar. */
  done(): void
}

const QUIET_MS = 1000
const REDRAW_MS = 100
const WIDTH = 30

/** @param options.enabled false where stderr is no terminal: every call then does nothing */
export function createProgress(options: { enabled: boolean; color: boolean }): Progress {
  if (!options.enabled) return { start() {}, advance() {}, done() {} }
  let label = ''
  let total = 0
  let count = 0
  let startedMs = 0
  let drawnMs = 0
  const clear = () => drawnMs && process.stderr.write('\r\x1b[2K')
  return {
    start(name, units) {
      label = name
      total = units
      count = 0
      startedMs = performance.now()
    },
    advance(units = 1) {
      count += units
      const now = performance.now()
      if (now - startedMs < QUIET_MS || now - drawnMs < REDRAW_MS) return
      drawnMs = now
      const share = Math.min(1, count / Math.max(1, total))
      const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░')
      const etaS = Math.ceil(((now - startedMs) / 1000) * (1 / Math.max(share, 1e-9) - 1))
      const text = `${label} ${bar} ${(share * 100).toFixed(0).padStart(3)} %  ETA ${etaS} s`
      process.stderr.write(`\r\x1b[2K${options.color ? `\x1b[36m${text}\x1b[0m` : text}`)
    },
    done() {
      clear()
      drawnMs = 0
    },
  }
}
