import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { LqError, messageOf } from '../errors.js'
import { combineOf } from '../factors/combine.js'
import { type NamedExpression, namedExpression } from '../factors/named.js'
import { neutralizeOf, standardizeOf, winsorizeOf } from '../factors/scoring.js'
import { readFactorFile } from '../factors/set-file.js'
import { loadSet } from '../factors/sets.js'
import { runScore, type ScoreResult } from '../jobs/score.js'
import { checkScore, type ScoreRequest, settled } from '../jobs/score-request.js'
import type { WithRequest } from '../lake/with-file.js'
import { type Answer, action, type Context, collect } from './frame.js'
import { parseInstant } from './instant.js'
import { numberOf } from './number.js'
import { overBars } from './over-bars.js'

interface Options {
  exchange?: string
  input?: string[]
  timeframe?: string
  symbols: string
  expr: string[]
  file: string[]
  winsorize?: string
  standardize?: string
  adjust?: string
  minBreadth: string
  align: string
  windowRounding: string
  backend: string
  start?: string
  since?: string
  end?: string
  tz: string
  out?: string
  runId?: string
  checksumOnly?: boolean
  set?: string
  with: string[]
  universe?: string
  neutralize?: string
  combine?: string
  factorScores: string
}

/** Share of thin rows above which cross-sections are worth a warning. */
const THIN_SHARE_MAX = 0.01

/** `lq score`: factors over a universe. */
export function command(): Command {
  const self = new Command('score')
    .option('--exchange <name>', 'exchange of the series in the lake')
    .option('--input <file...>', 'Parquet files to read in place of the lake')
    .option('--timeframe <timeframe>', 'timeframe of the bars: 1m, 1d')
    .option('--symbols <list>', 'symbols, separated by commas, or all', 'all')
    .option(
      '--set <names>',
      'sets of factors, separated by commas: lq factors ls; those without their columns are left out',
    )
    .option('--expr <name=expr>', 'a factor; may be given again', collect, [])
    .option('--file <file>', 'factors, name = expression on a line each, or a JSON object', collect, [])
    .option('--with <file>', 'FILE[:time_column]: columns joined as of that time; may be given again', collect, [])
    .option('--universe <file>', 'symbol, start, end: outside its span a symbol is in no cross-section')
    .option('--winsorize <how>', 'sigma:3, mad:5 or quantile:0.01')
    .option(
      '--neutralize <what>',
      'group:sector, columns such as log(market_cap), or both: what is left when they are fitted',
    )
    .option('--standardize <how>', 'z (clipped at 3) or percentile')
    .option(
      '--combine <how>',
      'equal, weights:value=0.4,momentum=0.6 (categories) or ic:HORIZON[:WINDOW]: a column combined',
    )
    .option('--factor-scores <rows>', 'rows of the database table: auto (up to 500000), all or none', 'auto')
    .option('--adjust <how>', 'none, or ratio: prices × adj_close/close (default where adj_close exists)')
    .option('--min-breadth <share>', 'least share of the symbols of the last 20 rows that a row must have', '0')
    .option('--align <how>', 'windows count rows of the panel, or own: bars of the symbol', 'panel')
    .option('--window-rounding <how>', 'windows that are no integers: floor or nearest', 'floor')
    .option('--backend <name>', 'auto: as LQ_GPU_MODE says; tfjs: TensorFlow.js in f32, without the same bits', 'auto')
    .option('--start <time>', 'first moment of the result, ISO 8601; what windows need before it is read too')
    .option(
      '--since <time>',
      'as --start, or last: where the furthest run ended; goes on from there, with the bits of a run over all bars',
    )
    .option('--end <time>', 'moment up to which, exclusive')
    .option('--tz <zone>', 'civil time of --start, --since and --end', 'UTC')
    .option('--out <file>', 'a .parquet file; else the gold layer of the lake')
    .option('--run-id <id>', 'identity of the run; else made of its inputs')
    .option('--checksum-only', 'print the checksum of the result alone')
    .addHelpText(
      'after',
      '\nExample:\n' +
        "  lq score --exchange nyse --timeframe 1d --expr 'mom=rank(delta(close, 20))' --out mom.parquet\n" +
        "  lq score --input bars.parquet --timeframe 1m --expr 'z=close / mean(close, 20)' --standardize z --json",
    )
  return action<Options>(self, run)
}

async function run(context: Context, options: Options): Promise<Answer> {
  const request = await requestOf(options)
  checkScore(settled(request))
  const bars = { ...request, input: options.input }
  const result = await overBars('score', context, bars, (on) => runScore(request, on))
  warn(result, context.log)
  return { json: result, text: options.checksumOnly ? result.checksum : textOf(result) }
}

async function requestOf(options: Options): Promise<ScoreRequest> {
  const { exchange, input, timeframe, tz: timeZone, out, runId } = options
  if (!timeframe) throw needed('--timeframe', '--timeframe 1m')
  if (!exchange && !input) throw needed('--exchange or --input', '--exchange binance, or --input bars.parquet')
  const instant = (text: string | undefined, option: string) =>
    text === undefined ? undefined : parseInstant(text, { option, timeZone })
  return {
    ...{ exchange, timeframe, out, runId },
    symbols: symbolsOf(options.symbols),
    ofSets: [...new Set(options.set === undefined ? [] : namesOf(options.set, '--set'))].flatMap(
      (name) => loadSet(name).factors,
    ),
    expressions: await expressionsOf(options),
    joins: options.with.map(withOf),
    universe: options.universe,
    scoring: {
      winsorize: winsorizeOf(options.winsorize),
      neutralize: neutralizeOf(options.neutralize),
      standardize: standardizeOf(options.standardize),
    },
    combine: combineOf(options.combine),
    factorScores: choice(options.factorScores, '--factor-scores', ['auto', 'all', 'none']),
    fromMs: instant(options.start, '--start'),
    since: options.since === 'last' ? options.since : instant(options.since, '--since'),
    toMs: instant(options.end, '--end'),
    adjust: options.adjust === undefined ? undefined : choice(options.adjust, '--adjust', ['none', 'ratio']),
    align: choice(options.align, '--align', ['panel', 'own']),
    minBreadth: numberOf(options.minBreadth, '--min-breadth'),
    windowRounding: choice(options.windowRounding, '--window-rounding', ['floor', 'nearest']),
    backend: choice(options.backend, '--backend', ['auto', 'tfjs']),
  }
}

/** Factors of the files, then those of the command line. */
async function expressionsOf({ expr, file }: Options): Promise<NamedExpression[]> {
  const ofFiles = await Promise.all(file.map(async (path) => readFactorFile(await textFile(path), path).factors))
  return [...ofFiles.flat(), ...expr.map((text) => namedExpression(text))]
}

async function textFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new LqError('LQ_INPUT_MISSING', `expected a file of factors at ${path}: ${messageOf(cause)}`, { cause })
  }
}

/** A name behind the last colon is a column; what looks like a path is not. */
function withOf(text: string): WithRequest {
  const [, path, timeColumn] = /^(.+):([^:/\\.]+)$/.exec(text.trim()) ?? []
  return path === undefined ? { path: text.trim() } : { path, timeColumn }
}

const symbolsOf = (text: string): string[] | 'all' => (text === 'all' ? 'all' : namesOf(text, '--symbols'))

function namesOf(text: string, option: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.every((name) => name !== '')) return names
  throw new LqError('LQ_USAGE', `expected ${option} to be a list such as A,B, got ${JSON.stringify(text)}`)
}

function choice<const T extends string>(text: string, option: string, allowed: readonly T[]): T {
  const found = allowed.find((name) => name === text.trim().toLowerCase())
  if (found) return found
  throw new LqError('LQ_USAGE', `expected ${option} to be one of ${allowed.join(', ')}, got ${JSON.stringify(text)}`)
}

const needed = (what: string, hint: string): LqError => new LqError('LQ_USAGE', `expected ${what}, got none`, { hint })

function warn({ thin_rows, panel_rows, dropped, skipped, joined, since }: ScoreResult, log: Context['log']): void {
  if (since?.reason) log.warn(`--since reads every bar there is: ${since.reason}`)
  if (skipped.length > 0) {
    const missing = [...new Set(skipped.flatMap((one) => one.missing))].sort()
    const names = skipped.map(({ name }) => name).join(', ')
    log.warn(`left out for want of columns (${missing.join(', ')}): ${names}. --with FILE:time_column joins them`)
  }
  for (const { path, passed_over } of joined)
    if (passed_over > 0) log.warn(`${path}: ${passed_over} rows without a time or a symbol are joined to nothing`)
  if (dropped > 0) log.info(`${dropped} bars are at timestamps below --min-breadth: their scores are missing`)
  if (thin_rows <= panel_rows * THIN_SHARE_MAX) return
  const share = ((100 * thin_rows) / panel_rows).toFixed(1)
  log.warn(
    `${share} % of the rows have bars of less than half of the symbols: ranks there compare few. ` +
      '--min-breadth 0.5 leaves such rows out',
  )
}

function textOf(result: ScoreResult): string {
  const { run_id, backend, rows_in, rows_out, symbols, cells, factors, checksum } = result
  const { seconds, outputs, factor_scores } = result
  const { read, pivot, compute, write, total } = seconds
  const phases = Object.entries({ read, pivot, compute, write }).map(([name, time]) => `${name} ${time.toFixed(3)}`)
  return [
    `run       ${run_id}`,
    `backend   ${backend.resolved} (${backend.reason})`,
    `rows      ${rows_in} in, ${rows_out} out, ${symbols} symbols, ${cells} cells, ${factors.length} factors`,
    `checksum  ${checksum}`,
    `seconds   ${total.toFixed(3)} (${phases.join(', ')})`,
    `output    ${outputs.map(({ path }) => path).join(', ')}`,
    `database  ${factor_scores.reason ?? `${factor_scores.rows} rows of factor_scores`}`,
  ].join('\n')
}
