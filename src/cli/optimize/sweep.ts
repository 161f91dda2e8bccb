import { Command, Option } from 'commander'
import { createLedger } from '../../compute/ledger.js'
import { LqError } from '../../errors.js'
import { executeJob } from '../../jobs/job.js'
import { runSweep } from '../../jobs/optimize-sweep.js'
import { checkSweep, SEARCHES, type SearchName, type SweepRequest } from '../../jobs/optimize-sweep-request.js'
import type { BestRow, SweepResult } from '../../jobs/optimize-sweep-result.js'
import { openFileStore } from '../../lake/file-store.js'
import { openLakeStore } from '../../lake/lake-store.js'
import type { Execution } from '../../optimize/backtest.js'
import { parseParameter } from '../../optimize/search/spec.js'
import { STRATEGY_NAMES } from '../../optimize/strategies.js'
import { type Answer, action, type Context, collect } from '../frame.js'
import { parseInstant } from '../instant.js'

interface Options {
  exchange?: string
  input?: string[]
  symbol?: string
  timeframe?: string
  strategy?: string
  param: string[]
  constraint: string[]
  search: SearchName
  trials?: string
  seed: string
  costBps: string
  borrowBps: string
  execution: Execution
  pool?: boolean
  top: string
  annual?: string
  start?: string
  end?: string
  tz: string
  equity?: string
  trades?: string
  runId?: string
  checksumOnly?: boolean
}

/** `lq optimize sweep`: parameter sets of a strategy, all counted, the best kept. */
export function command(): Command {
  const self = new Command('sweep')
    .option('--exchange <name>', 'exchange of the bars in the lake')
    .option('--input <file...>', 'Parquet files of bars to read in place of the lake')
    .option('--symbol <list>', 'symbols, separated by commas, or all; each is swept on its own')
    .option('--timeframe <timeframe>', 'timeframe of the bars: 1m, 1d')
    .option('--strategy <name|file>', `${STRATEGY_NAMES.join(', ')}, or a file`)
    .option('--param <spec>', 'values of a parameter: fast=5:50:5 or slow=20,60,200 (repeatable)', collect, [])
    .option('--constraint <condition>', "what sets must obey: '$fast < $slow' (repeatable)", collect, [])
    .addOption(new Option('--search <name>', 'how sets are chosen').choices([...SEARCHES]).default('grid'))
    .option('--trials <count>', 'sets to try, where the search is no grid')
    .option('--seed <number>', 'of searches that draw', '0')
    .option('--cost-bps <number>', 'commission, half-spread and slippage, basis points of what is turned over', '0')
    .option('--borrow-bps <number>', 'basis points a year of what is sold short', '0')
    .addOption(
      new Option('--execution <when>', 'when the signal of a bar is filled')
        .choices(['next-close', 'next-open', 'close'])
        .default('next-close'),
    )
    .option('--pool', 'sweep the symbols as one book of equal weights')
    .option('--top <count>', 'sets that are kept, of each symbol', '20')
    .option('--annual <bars>', 'bars a year; else by the timeframe: 525600 for 1m')
    .option('--start <time>', 'first bar that is traded, ISO 8601; indicators see the bars before')
    .option('--end <time>', 'end of the bars, exclusive')
    .option('--tz <zone>', 'civil time of --start and --end', 'UTC')
    .option('--equity <file>', 'a .parquet file: equity of each kept set at every bar')
    .option('--trades <file>', 'a .parquet file: trades of each kept set')
    .option('--run-id <id>', 'identity of the run; else made of its inputs')
    .option('--checksum-only', 'print the checksum of the result alone')
    .addHelpText(
      'after',
      '\nExample:\n' +
        '  lq optimize sweep --exchange binance --symbol BTC/USDT --timeframe 1h --strategy sma-cross \\\n' +
        "    --param fast=5:50:5 --param slow=20:200:20 --constraint '$fast < $slow' --cost-bps 5",
    )
  return action<Options>(self, run)
}

async function run(context: Context, options: Options): Promise<Answer> {
  const request = requestOf(options)
  checkSweep(request)
  const { config, signal, log } = context
  if (request.execution === 'close') {
    log.warn('--execution close fills at the close that gave the signal: only for comparison with other tools')
  }
  const result = await executeJob('sweep', context, async (state) => {
    const { exchange, timeframe } = request
    const { input } = options
    const store = input ? await openFileStore(input, { exchange, timeframe }, config) : await openLakeStore(config)
    const ledger = createLedger()
    const result = await runSweep(request, { config, store, state, signal, ledger })
    const { backend, fallbacks, seconds } = result
    return { runId: result.run_id, result, ledger: { backend, fallbacks, seconds, steps: ledger.steps } }
  })
  return { json: result, text: options.checksumOnly ? result.checksum : textOf(result) }
}

function requestOf(options: Options): SweepRequest {
  const { exchange, input, symbol, timeframe, strategy, search, execution, pool = false, tz: timeZone } = options
  if (!timeframe) throw needed('--timeframe', '--timeframe 1h')
  if (!strategy) throw needed('--strategy', `--strategy sma-cross; there are ${STRATEGY_NAMES.join(', ')}`)
  if (!exchange && !input) throw needed('--exchange or --input', '--exchange binance, or --input bars.parquet')
  if (!symbol && !input) throw needed('--symbol', '--symbol BTC/USDT, or --symbol all')
  const instant = (text: string | undefined, option: string) =>
    text === undefined ? undefined : parseInstant(text, { option, timeZone })
  const optional = (text: string | undefined) => (text === undefined ? undefined : numberOf(text))
  return {
    ...{ exchange, timeframe, strategy, search, execution, pool },
    symbols: symbol === undefined || symbol === 'all' ? 'all' : symbol.split(',').map((word) => word.trim()),
    parameters: options.param.map(parseParameter),
    constraints: options.constraint,
    trials: optional(options.trials),
    seed: numberOf(options.seed),
    costBps: numberOf(options.costBps),
    borrowBps: numberOf(options.borrowBps),
    top: numberOf(options.top),
    annual: optional(options.annual),
    fromMs: instant(options.start, '--start'),
    toMs: instant(options.end, '--end'),
    ...{ equity: options.equity, tradeList: options.trades, runId: options.runId },
  }
}

const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))

const needed = (what: string, hint: string): LqError => new LqError('LQ_USAGE', `expected ${what}, got none`, { hint })

function textOf(result: SweepResult): string {
  const { run_id, backend, strategy, symbols, trials, kept, best, pbo, bar_evaluations, checksum, seconds } = result
  const { read, compute, write, total } = seconds
  const phases = Object.entries({ read, compute, write }).map(([name, time]) => `${name} ${time.toFixed(3)}`)
  const rate = bar_evaluations / compute / 1e6
  return [
    `run       ${run_id}`,
    `backend   ${backend.resolved} (${backend.reason})`,
    `trials    ${trials} of ${strategy} on ${symbols} symbols, ${kept} kept; ${rate.toFixed(1)} M bars/s`,
    ...tableOf(best),
    `over-fit  ${figure(pbo, 3)} = probability that the best in sample is below the median out of sample`,
    `checksum  ${checksum}`,
    `seconds   ${total.toFixed(3)} (${phases.join(', ')})`,
    ...result.outputs.map(({ path }) => `output    ${path}`),
  ].join('\n')
}

const COLUMNS: [head: string, width: number, cell: (row: BestRow) => string][] = [
  ['sharpe', 8, ({ sharpe }) => figure(sharpe, 3)],
  ['deflated', 9, ({ deflated_sharpe }) => figure(deflated_sharpe, 3)],
  ['cagr', 9, ({ cagr }) => figure(cagr, 4)],
  ['equity', 10, ({ final_equity }) => figure(final_equity, 4)],
  ['drawdown', 9, ({ max_drawdown }) => figure(max_drawdown, 4)],
  ['trades', 8, ({ trades }) => String(trades)],
]

function tableOf(best: BestRow[]): string[] {
  const names = best.map(({ symbol, params }) => {
    const values = Object.entries(params).map(([name, value]) => `${name}=${value}`)
    return `${symbol} ${values.join(' ')}`
  })
  const width = Math.max(9, ...names.map(({ length }) => length)) + 1
  const line = (first: string, of: (column: (typeof COLUMNS)[number]) => string) =>
    first.padEnd(width) + COLUMNS.map((column) => of(column).padStart(column[1])).join('')
  return [line('set', ([head]) => head), ...best.map((row, i) => line(names[i], ([, , cell]) => cell(row)))]
}

const figure = (value: number | null, digits: number): string => value?.toFixed(digits) ?? '-'
