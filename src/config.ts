import { availableParallelism, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { LqError } from './errors.js'
import type { GpuMode } from './types.js'

/** Settings of one command, validated once. The only place that reads the environment. */
export interface Config {
  gpuMode: GpuMode
  /** device index, or null: the runtime's default */
  gpuDevice: number | null
  gpuVramGb: number
  gpuVerbose: boolean
  /** a connection string, `embedded` or `none` */
  postgresDsn: string
  dataDir: string
  lakeDir: string
  threads: number
  cpuIsa: 'auto' | 'v2' | 'v3' | 'v4'
  parquetReader: 'auto' | 'duckdb' | 'wasm'
  memoryLimitMb: number
  logLevel: 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace'
  color: boolean
}

const MODES = ['auto', 'cpu', 'gpu', 'forced-gpu'] as const
const FORCED = ['force-gpu', 'forcegpu', 'forcedgpu']
const THREADS_MAX = 1024

const blankAs = <T extends z.ZodType>(schema: T) =>
  z.preprocess((v) => (typeof v === 'string' && v.trim() === '' ? undefined : v), schema)

const gpuMode = z.preprocess(
  (v) => {
    const text = String(v ?? '')
      .trim()
      .toLowerCase()
      .replaceAll('_', '-')
    return text === '' ? 'auto' : FORCED.includes(text) ? 'forced-gpu' : text
  },
  z.enum(MODES, { error: (issue) => `expected one of ${MODES.join(', ')}, got ${JSON.stringify(issue.input)}` }),
)

const gpuDevice = z.preprocess(
  (v) =>
    String(v ?? '')
      .trim()
      .toLowerCase(),
  z
    .string()
    .regex(/^$|^((cuda|gpu):)?\d{1,4}$/, {
      error: (issue) => `expected a device such as 0, cuda:0 or gpu:0, got ${JSON.stringify(issue.input)}`,
    })
    .transform((text) => (text === '' ? null : Number(text.replace(/^.*:/, '')))),
)

const number = (name: { min: number; max: number; unit: string; integer?: boolean }) =>
  z
    .string()
    .refine((text) => !Number.isNaN(Number(text)), {
      error: (issue) => `expected a number of ${name.unit}, got ${JSON.stringify(issue.input)}`,
    })
    .transform(Number)
    .refine((v) => v >= name.min && v <= name.max && (!name.integer || Number.isInteger(v)), {
      error: (issue) => `expected ${name.min} … ${name.max} ${name.unit}, got ${issue.input}`,
    })

const choice = <const T extends readonly string[]>(values: T) =>
  z.preprocess(
    (v) => (typeof v === 'string' ? v.trim().toLowerCase() : v),
    z.enum(values, { error: (issue) => `expected one of ${values.join(', ')}, got ${JSON.stringify(issue.input)}` }),
  )

const SETTINGS = {
  LQ_GPU_MODE: gpuMode,
  LQ_GPU_DEVICE: gpuDevice,
  LQ_GPU_VRAM_GB: blankAs(number({ min: 0, max: 1e6, unit: 'GiB' }).default(0)),
  LQ_GPU_VERBOSE: z.preprocess((v) => /^\s*(1|true|yes|on|y)\s*$/i.test(String(v ?? '')), z.boolean()),
  LQ_POSTGRES_DSN: blankAs(
    z
      .string()
      .regex(/^(none|embedded|postgres(ql)?:\/\/.+)$/i, {
        error: () => 'expected postgres://user:password@host/database, or none',
      })
      .default('embedded'),
  ),
  LQ_DATA_DIR: blankAs(z.string().default('./data')),
  LQ_MARKET_PARQUET_PATH: blankAs(z.string().optional()),
  LQ_THREADS: blankAs(
    number({ min: 1, max: THREADS_MAX, unit: 'threads', integer: true }).default(availableParallelism()),
  ),
  LQ_CPU_ISA: blankAs(choice(['auto', 'v2', 'v3', 'v4']).default('auto')),
  LQ_PARQUET_READER: blankAs(choice(['auto', 'duckdb', 'wasm']).default('auto')),
  LQ_MEMORY_LIMIT_MB: blankAs(
    number({ min: 64, max: 1e9, unit: 'MiB' }).default(Math.floor((totalmem() / 2 ** 20) * 0.75)),
  ),
  LQ_LOG_LEVEL: blankAs(choice(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info')),
}

type Values = { [K in keyof typeof SETTINGS]: z.infer<(typeof SETTINGS)[K]> }

/** True if errors are to be shown with their stack traces; also where the settings themselves are at fault. */
export function wantsTraces(env: Record<string, string | undefined> = process.env): boolean {
  return /^(debug|trace)$/i.test(env.LQ_LOG_LEVEL?.trim() ?? '')
}

/**
 * Validates the environment. Flags win: the caller lays them over `env` first.
 *
 * @throws LQ_USAGE naming the variable, the allowed values and what was found
 */
export function loadConfig(env: Record<string, string | undefined> = process.env): Config {
  const values = {} as Record<string, unknown>
  for (const [name, schema] of Object.entries(SETTINGS)) {
    const parsed = schema.safeParse(env[name])
    if (!parsed.success)
      throw new LqError('LQ_USAGE', `${name}: ${parsed.error.issues[0].message}`, { hint: `correct or unset ${name}` })
    values[name] = parsed.data
  }
  const v = values as Values
  const dataDir = resolve(v.LQ_DATA_DIR)
  return {
    gpuMode: v.LQ_GPU_MODE,
    gpuDevice: v.LQ_GPU_DEVICE,
    gpuVramGb: v.LQ_GPU_VRAM_GB,
    gpuVerbose: v.LQ_GPU_VERBOSE,
    postgresDsn: /^(none|embedded)$/i.test(v.LQ_POSTGRES_DSN) ? v.LQ_POSTGRES_DSN.toLowerCase() : v.LQ_POSTGRES_DSN,
    dataDir,
    lakeDir: v.LQ_MARKET_PARQUET_PATH ? resolve(v.LQ_MARKET_PARQUET_PATH) : join(dataDir, 'lake'),
    threads: v.LQ_THREADS,
    cpuIsa: v.LQ_CPU_ISA,
    parquetReader: v.LQ_PARQUET_READER,
    memoryLimitMb: v.LQ_MEMORY_LIMIT_MB,
    logLevel: v.LQ_LOG_LEVEL,
    color: env.NO_COLOR === undefined || env.NO_COLOR === '',
  }
}
