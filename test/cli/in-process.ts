import { Command } from 'commander'
import { vi } from 'vitest'

/** What a command said, and its exit code. */
export interface Said {
  out: string
  err: string
  exitCode: number
}

/**
 * Runs a command of `lq` in this process, with these settings and no database. A fault of the command line that
 * commander itself finds counts as exit code 2, as in `main`.
 */
export async function runCommand(
  command: Command,
  words: string[],
  settings: Record<string, string> = {},
): Promise<Said> {
  const said: Said = { out: '', err: '', exitCode: 0 }
  const hear = (into: 'out' | 'err') => (text: unknown) => {
    said[into] += text
    return true
  }
  const all = { LQ_POSTGRES_DSN: 'none', LQ_LOG_LEVEL: 'silent', LQ_GPU_MODE: 'cpu', ...settings }
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value)
  vi.spyOn(process.stdout, 'write').mockImplementation(hear('out'))
  vi.spyOn(process.stderr, 'write').mockImplementation(hear('err'))
  process.exitCode = 0
  try {
    await throwing(new Command('lq').addCommand(command)).parseAsync([command.name(), ...words], { from: 'user' })
    said.exitCode = Number(process.exitCode)
  } catch (error) {
    if (!(error instanceof Error) || !('exitCode' in error)) throw error
    said.exitCode = error.exitCode === 0 ? 0 : 2
  } finally {
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
    process.exitCode = 0
  }
  return said
}

function throwing(command: Command): Command {
  command.exitOverride()
  for (const child of command.commands) throwing(child)
  return command
}
