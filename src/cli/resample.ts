import { Command } from 'commander'
import { LqError } from '../errors.js'
import { planResample, type ResampleRequest, type ResampleResult, runResample } from '../jobs/resample.js'
import { GAPS, parseGaps } from '../resample/gaps.js'
import { type Answer, action, type Context } from './frame.js'
import { parseInstant } from './instant.js'
import { overBars } from './over-bars.js'

interface Options {
  exchange?: string
  symbol?: string
  input?: string[]
  from?: string
  to?: string
  start?: string
  end?: string
  tz: string
  session?: string
  gaps: string
  weekStart: string
  calendar: string
  vwap?: boolean
  out?: string
  runId?: string
  checksumOnly?: boolean
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const CALENDARS = ['civil', 'fixed'] as const

/** `lq resample`: bars of wider timeframes. */
export function command(): Command {
  const self = new Command('resample')
    .option('--exchange <name>', 'exchange of the series in the lake')
    .option('--symbol <list>', 'symbols, separated by commas, or all')
    .option('--input <file...>', 'Parquet files to read in place of the lake')
    .option('--from <timeframe>', 'timeframe of the source: 1m')
    .option('--to <list>', 'timeframes to make, separated by commas: 5m,1h,1d')
    .option('--start <time>', 'first moment to read, ISO 8601')
    .option('--end <time>', 'moment to read up to, exclusive')
    .option('--tz <zone>', 'civil time of the buckets, and of --start and --end', 'UTC')
    .option('--session <session>', 'trading hours: XNYS, or 09:30-16:00@America/New_York')
    .option('--gaps <how>', `fill empty buckets: ${GAPS.join(', ')}`, 'none')
    .option('--week-start <day>', 'first day of the week: monday … sunday, or 1 … 7', 'monday')
    .option('--calendar <calendar>', 'civil, or fixed: epoch weeks and months of 30 days', 'civil')
    .option('--vwap', 'add the volume-weighted average price')
    .option('--out <path>', 'a .parquet file or a folder; else the gold layer of the lake')
    .option('--run-id <id>', 'identity of the run; else made of its inputs')
    .option('--checksum-only', 'print the checksum of the result alone')
    .addHelpText(
      'after',
      '\nExample:\n' +
        '  lq resample --exchange binance --symbol BTC/USDT,ETH/USDT --from 1m --to 5m,1h --out bars.parquet\n' +
        '  lq resample --input bars-1m.parquet --symbol all --from 1m --to 1h --session XNYS --json',
    )
  return action<Options>(self, run)
}

async function run(context: Context, options: Options, words: string[]): Promise<Answer> {
  if (words.length > 0)
    throw new LqError('LQ_USAGE', `expected options only, got ${words.join(' ')}`, { hint: 'see lq resample --help' })
  const request = requestOf(options)
  planResample(request)
  const bars = { input: options.input, exchange: options.exchange, timeframe: request.from }
  const result = await overBars('resample', context, bars, (on) => runResample(request, on))
  return { json: result, text: options.checksumOnly ? result.checksum : textOf(result) }
}

function requestOf(options: Options): ResampleRequest {
  const { exchange, input, from, to, tz: timeZone, session = null, vwap = false, out, runId } = options
  if (!from || !to) throw needed('--from and --to', 'lq resample --from 1m --to 5m,1h …')
  if (!exchange && !input)
    throw needed('--exchange or --input', '--exchange binance --symbol all, or --input bars.parquet')
  if (!options.symbol && !input) throw needed('--symbol', '--symbol BTC/USDT, or --symbol all')
  const symbols = options.symbol === undefined || options.symbol === 'all' ? 'all' : listOf(options.symbol, '--symbol')
  const instant = (text: string | undefined, option: string) =>
    text === undefined ? undefined : parseInstant(text, { option, timeZone })
  return {
    exchange,
    symbols,
    from,
    to: listOf(to, '--to'),
    timeZone,
    weekStart: weekStartOf(options.weekStart),
    calendar: calendarOf(options.calendar),
    session,
    gaps: parseGaps(options.gaps),
    vwap,
    fromMs: instant(options.start, '--start'),
    toMs: instant(options.end, '--end'),
    out,
    runId,
  }
}

const needed = (what: string, hint: string): LqError => new LqError('LQ_USAGE', `expected ${what}, got none`, { hint })

function listOf(text: string, option: string): string[] {
  const items = text.split(',').map((item) => item.trim())
  if (items.every((item) => item !== '')) return items
  throw new LqError('LQ_USAGE', `expected ${option} to be a list such as a,b, got ${JSON.stringify(text)}`, {
    hint: 'no item may be empty',
  })
}

function weekStartOf(text: string): number {
  const word = text.trim().toLowerCase()
  const found = WEEKDAYS.findIndex((day, i) => word === String(i + 1) || (word.length >= 3 && day.startsWith(word)))
  if (found >= 0) return found + 1
  const given = JSON.stringify(text)
  throw new LqError('LQ_USAGE', `expected --week-start to be monday … sunday or 1 … 7, got ${given}`, {
    hint: 'monday is 1',
  })
}

function calendarOf(text: string): (typeof CALENDARS)[number] {
  const found = CALENDARS.find((name) => name === text.trim().toLowerCase())
  if (found) return found
  throw new LqError('LQ_USAGE', `expected --calendar to be one of ${CALENDARS.join(', ')}, got ${JSON.stringify(text)}`)
}

function textOf({
  run_id,
  backend,
  rows_in,
  rows_out,
  symbols,
  dropped,
  checksum,
  seconds,
  outputs,
}: ResampleResult): string {
  const { read, compute, write, total } = seconds
  const outside = dropped ? `, ${dropped} rows outside the session` : ''
  const more = outputs.length > 1 ? ` and ${outputs.length - 1} more files` : ''
  return [
    `run       ${run_id}`,
    `backend   ${backend.resolved} (${backend.reason})`,
    `rows      ${rows_in} in, ${rows_out} buckets out, ${symbols} symbols${outside}`,
    `checksum  ${checksum}`,
    `seconds   ${total.toFixed(3)} (read ${read.toFixed(3)}, compute ${compute.toFixed(3)}, write ${write.toFixed(3)})`,
    `output    ${outputs.length ? `${outputs[0].path}${more}` : 'no rows'}`,
  ].join('\n')
}
