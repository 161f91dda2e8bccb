import { statSync } from 'node:fs'
import { Command, Option } from 'commander'
import { EXIT, LqError } from '../errors.js'
import { type IngestRequest, type IngestResult, ingest } from '../jobs/ingest.js'
import type { TimeUnit } from '../lake/input/options.js'
import type { WriteMode } from '../lake/rows.js'
import { type Answer, action, type Context } from './frame.js'

interface Options {
  exchange?: string
  symbol?: string
  symbolColumn?: string
  timeframe?: string
  tsColumn?: string
  tsFormat?: string
  tsUnit?: TimeUnit
  tz?: string
  stamp: 'open' | 'close'
  columns?: string
  map?: string
  table?: string
  mode: WriteMode
  strict?: boolean
}

/** `lq ingest`: files of bars into the lake. */
export function command(): Command {
  const self = new Command('ingest')
    .argument('<files...>', 'CSV, JSON, NDJSON (each also .gz or .zst), Parquet or SQLite files')
    .option('--exchange <name>', 'exchange; wins over a column exchange')
    .option('--symbol <symbol>', 'symbol of every row; wins over a column symbol')
    .option('--symbol-column <column>', 'column that names the symbol')
    .option('--timeframe <timeframe>', 'timeframe of the bars: 1m; of a file that has several, those to take')
    .option('--ts-column <columns>', 'column of the time, or several to be joined: date,time')
    .option('--ts-format <format>', 'how times are written, as strftime has it: "%d.%m.%Y %H:%M"')
    .addOption(new Option('--ts-unit <unit>', 'unit of times that are numbers').choices(['s', 'ms', 'us', 'ns']))
    .option('--tz <zone>', 'zone of times that name none: Asia/Kolkata (default: UTC)')
    .addOption(
      new Option('--stamp <edge>', 'edge of the bar that its time is').choices(['open', 'close']).default('open'),
    )
    .option('--columns <names>', 'names of the columns of a file without a header; _ passes one over')
    .option('--map <pairs>', 'bar column = column of the file: close=last,volume=qty')
    .option('--table <name>', 'table of a SQLite file')
    .addOption(
      new Option('--mode <mode>', 'what becomes of bars that are there')
        .choices(['upsert', 'append', 'overwrite'])
        .default('upsert'),
    )
    .option('--strict', 'quarantine bars that are hardly right, too')
    .addHelpText(
      'after',
      '\nExample:\n  lq ingest BTCUSDT-1m.csv.gz --exchange binance --symbol BTC/USDT --timeframe 1m\n' +
        '  lq ingest NIFTY.csv --exchange nse --timeframe 1m --ts-column date,time --tz Asia/Kolkata --stamp close',
    )
  return action<Options>(self, run)
}

async function run({ config, signal, progress, log }: Context, options: Options, files: string[]): Promise<Answer> {
  const request = requestOf(options, files)
  const total = files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0)
  progress.start('ingest', total)
  const result = await ingest(request, { config, signal, onBytes: (count) => progress.advance(count) })
  if (result.quarantined > 0)
    log.warn(`${result.quarantined} of ${result.rows} rows are quarantined: ${result.quarantine}`)
  const nothingTaken = result.quarantined === result.rows
  return { json: result, text: textOf(result), exitCode: nothingTaken ? EXIT.INPUT : EXIT.OK }
}

function requestOf(options: Options, files: string[]): IngestRequest {
  const { tz: timeZone, tsColumn, columns, map, ...rest } = options
  return {
    files,
    mode: rest.mode,
    stamp: rest.stamp,
    strict: rest.strict,
    exchange: rest.exchange,
    symbol: rest.symbol,
    symbolColumn: rest.symbolColumn,
    timeframe: rest.timeframe,
    tsFormat: rest.tsFormat,
    tsUnit: rest.tsUnit,
    table: rest.table,
    timeZone,
    tsColumns: tsColumn === undefined ? undefined : listOf(tsColumn, '--ts-column'),
    columns: columns?.split(',').map((name) => name.trim()),
    map: map === undefined ? undefined : Object.fromEntries(listOf(map, '--map').map(pairOf)),
  }
}

function listOf(text: string, flag: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.every((name) => name !== '')) return names
  throw new LqError('LQ_USAGE', `${flag}: expected names separated by commas, got ${JSON.stringify(text)}`, {
    hint: 'see lq ingest --help',
  })
}

function pairOf(text: string): [string, string] {
  const [name, column, ...rest] = text.split('=').map((part) => part.trim())
  if (name && column && rest.length === 0) return [name.toLowerCase(), column]
  throw new LqError('LQ_USAGE', `--map: expected pairs such as close=last, got ${JSON.stringify(text)}`, {
    hint: '--map open=o,high=h,low=l,close=c,volume=v',
  })
}

function textOf(result: IngestResult): string {
  const { rows, inserted, updated, skipped, quarantined, suspect, removed, partitions, seconds } = result
  const lines = [
    `${rows} rows in ${seconds.total.toFixed(2)} s`,
    `${inserted} inserted, ${updated} updated, ${skipped} skipped, ${quarantined} quarantined; ${suspect} suspect`,
  ]
  if (removed > 0) lines.push(`${removed} rows removed, as --mode overwrite asks`)
  if (result.passed_over > 0) lines.push(`${result.passed_over} rows of other timeframes passed over`)
  if (result.quarantine) lines.push(`quarantined rows: ${result.quarantine}`)
  lines.push(result.commit ? `commit ${result.commit}, ${partitions.length} partitions` : 'nothing changed')
  return lines.join('\n')
}
