import { resolve } from 'node:path'
import { Command } from 'commander'
import { EXIT, LqError } from '../errors.js'
import { compactLake } from '../lake/compact.js'
import { type Inventory, listLake, measureLake } from '../lake/inventory.js'
import { openParquetSource } from '../lake/source.js'
import { type Verification, verifyLake } from '../lake/verify.js'
import { parseTimeframe } from '../timeframe.js'
import { type Answer, action, type Context } from './frame.js'

interface Options {
  rootPath?: string
  exchange?: string
  symbol?: string
  timeframe?: string
  date?: string
}

const LINES_MAX = 50

/** `lq lake`: what is in the lake, whether it is whole, and putting its files together. */
export function command(): Command {
  const self = new Command('lake').addHelpText(
    'after',
    '\nExample:\n  lq lake ls\n  lq lake verify --json\n  lq lake compact --exchange binance --symbol BTC/USDT',
  )
  const add = (name: string, summary: string) => {
    const child = new Command(name)
      .description(summary)
      .option('--root-path <folder>', 'root of the lake; else as the settings say')
    self.addCommand(child)
    return child
  }
  action(
    add('ls', 'data sets and series, with rows and span').addHelpText('after', '\nExample:\n  lq lake ls --json'),
    list,
  )
  action(
    add('verify', 'compare every file with the manifest; exit 1 on a difference').addHelpText(
      'after',
      '\nExample:\n  lq lake verify',
    ),
    verify,
  )
  action(
    add('stats', 'how large the lake is, and what compaction would gain').addHelpText(
      'after',
      '\nExample:\n  lq lake stats',
    ),
    stats,
  )
  const compactCommand = add('compact', 'put the files of each partition together as one')
    .option('--exchange <name>', 'series of this exchange only')
    .option('--symbol <symbol>', 'series of this symbol only')
    .option('--timeframe <timeframe>', 'series of this timeframe only')
    .option('--date <date>', 'partitions that hold this day only: 2026-02-01')
    .addHelpText(
      'after',
      '\nExample:\n  lq lake compact --exchange binance --symbol BTC/USDT --timeframe 1s --date 2026-02-01',
    )
  action(compactCommand, compact)
  return self
}

const lakeOf = ({ config }: Context, { rootPath }: Options): string =>
  rootPath === undefined ? config.lakeDir : resolve(rootPath)

async function list(context: Context, options: Options): Promise<Answer> {
  const inventory = await listLake({ ...context.config, lakeDir: lakeOf(context, options) })
  return { json: inventory, text: inventoryText(inventory) }
}

function inventoryText({ root, series, datasets }: Inventory): string {
  if (series.length === 0) return `no series in ${root}`
  const rows = series.map(({ exchange, symbol, timeframe, rows, first, last }) => [
    exchange,
    symbol,
    timeframe,
    String(rows),
    first.slice(0, 16),
    last.slice(0, 16),
  ])
  const table = [['exchange', 'symbol', 'timeframe', 'rows', 'first', 'last'], ...rows.slice(0, LINES_MAX)]
  const widths = table[0].map((_, i) => Math.max(...table.map((line) => line[i].length)))
  const lines = table.map((line) =>
    line.map((cell, i) => (i === 3 ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  '),
  )
  if (rows.length > LINES_MAX) lines.push(`… and ${rows.length - LINES_MAX} more; --json has them all`)
  const totals = datasets.map((one) => `${one.dataset}: ${one.series} series, ${one.rows} rows, ${one.files} files`)
  return [...lines, '', ...totals, root].join('\n')
}

async function verify(context: Context, options: Options): Promise<Answer> {
  const { config, signal, progress } = context
  const source = await openParquetSource(config)
  let isBegun = false
  const found = await verifyLake(lakeOf(context, options), {
    source,
    signal,
    onPartition: (_, total) => {
      if (!isBegun) progress.start('verify', total)
      isBegun = true
      progress.advance()
    },
  })
  const ok = found.differences.length === 0
  return { json: { ok, ...found }, text: verificationText(found), exitCode: ok ? EXIT.OK : EXIT.FAILED }
}

function verificationText({ partitions, files, rows, differences, strays }: Verification): string {
  const lines = differences
    .slice(0, LINES_MAX)
    .map(
      ({ partition, path, what, expected, found }) =>
        `${path ?? partition}: ${what}: expected ${expected}, found ${found}`,
    )
  if (differences.length > LINES_MAX) lines.push(`… and ${differences.length - LINES_MAX} more`)
  if (strays.length > 0)
    lines.push(
      `${strays.length} files that no commit names (readers pass over them):`,
      ...strays.slice(0, LINES_MAX).map((path) => `  ${path}`),
    )
  const verdict = differences.length === 0 ? 'as the manifest says' : `${differences.length} differences`
  return [...lines, `${partitions} partitions, ${files} files, ${rows} rows: ${verdict}`].join('\n')
}

async function stats(context: Context, options: Options): Promise<Answer> {
  const measured = await measureLake(lakeOf(context, options))
  const mib = (measured.bytes / 2 ** 20).toFixed(1)
  const lines = [
    `${measured.series} series, ${measured.partitions} partitions, ${measured.files} files, ${mib} MiB`,
    `${measured.rows} rows of ${measured.commits} commits`,
    `lq lake compact would put ${measured.compactable_partitions} partitions together, and drop`,
    `${measured.superseded_rows} rows that were replaced`,
    ...measured.timeframes.map(
      (one) => `  ${one.timeframe.padEnd(4)} ${one.series} series, ${one.rows} rows, ${one.bytes_per_row} bytes each`,
    ),
  ]
  return { json: measured, text: lines.join('\n') }
}

async function compact(context: Context, options: Options): Promise<Answer> {
  const { exchange, symbol, date } = options
  const timeframe = options.timeframe === undefined ? undefined : parseTimeframe(options.timeframe).text
  const source = await openParquetSource(context.config)
  const filter = { exchange, symbol, timeframe, dateMs: date === undefined ? undefined : dateOf(date) }
  const result = await compactLake(lakeOf(context, options), filter, { source, signal: context.signal })
  const text = result.commit
    ? `${result.partitions.length} partitions: ${result.files_before} files are now ${result.files_after}, ` +
      `${result.rows_before - result.rows_after} replaced rows dropped`
    : 'nothing to put together'
  return { json: result, text }
}

function dateOf(text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  if (!Number.isNaN(ms)) return ms
  throw new LqError('LQ_USAGE', `--date: expected a date such as 2026-02-01, got ${JSON.stringify(text)}`, {
    hint: 'the day is in UTC',
  })
}
