import { type AtomicFile, openAtomicFile } from './disk.js'
import { quarantinePath } from './layout.js'

/** Rows that cannot be kept, with the reason and what was written in them. */
export interface Quarantine {
  add(row: { file: string; row: number; reason: string; values: Record<string, unknown> }): void
  /** Writes out what has gathered. */
  flush(): Promise<void>
  /** Puts the file in its place. @returns its path, or null if no row was added */
  close(): Promise<string | null>
  abort(): Promise<void>
}

const FLUSH_LINES = 10_000

/** One line of JSON per row, in `<lake>/_quarantine/<name>.ndjson`; the same name writes the same file anew. */
export function openQuarantine(lakeDir: string, name: string): Quarantine {
  const path = quarantinePath(lakeDir, name)
  let file: AtomicFile | null = null
  let lines: string[] = []
  const writeOut = async () => {
    if (lines.length === 0) return
    file ??= await openAtomicFile(path)
    await file.write(Buffer.from(`${lines.join('\n')}\n`))
    lines = []
  }
  return {
    add: (row) => void lines.push(JSON.stringify(row)),
    flush: async () => {
      if (lines.length >= FLUSH_LINES) await writeOut()
    },
    async close() {
      await writeOut()
      await file?.commit()
      return file ? path : null
    },
    abort: async () => file?.abort(),
  }
}
