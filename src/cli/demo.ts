import { Command } from 'commander'
import { EXIT } from '../errors.js'
import { type DemoResult, runDemo } from '../jobs/demo.js'
import { type Answer, action, type Context } from './frame.js'

/** `lq demo`: the main job on a small data set made on the spot. */
export function command(): Command {
  const self = new Command('demo').addHelpText('after', '\nExample:\n  lq demo\n  LQ_DATA_DIR=/tmp/lq lq demo --json')
  return action(self, demo)
}

const STEPS = 5

async function demo(context: Context): Promise<Answer> {
  const { progress } = context
  progress.start('demo', STEPS)
  const result = await runDemo({ ...context, step: () => progress.advance() })
  return { json: result, text: textOf(result), exitCode: result.replay_identical ? EXIT.OK : EXIT.FAILED }
}

function textOf(result: DemoResult): string {
  const { bars, ingest, resample, score, backend } = result
  const steps = [
    ['step', 'rows in', 'rows out', 'seconds', 'checksum'],
    ['ingest', bars, ingest.inserted + ingest.updated + ingest.skipped, ingest.seconds.total.toFixed(2), ''],
    ...[resample, score].map((r, i) => [
      i === 0 ? 'resample' : 'score',
      r.rows_in,
      r.rows_out,
      r.seconds.total.toFixed(2),
      r.checksum.slice(0, 16),
    ]),
  ]
  const names = score.factors
  const last = [
    ['symbol', ...names],
    ...result.last.map((row) => [row.symbol, ...names.map((name) => Number(row[name]).toFixed(4))]),
  ]
  const ran = result.native ? backend.resolved : 'the TypeScript reference, slowly: there is no addon here'
  return [
    columns(steps),
    '',
    `scores of the last minute, computed on ${ran} (${backend.reason})`,
    columns(last),
    '',
    result.replay_identical ? 'run again: the same bits, no new row' : 'RUN AGAIN: OTHER BITS. This is a fault of lq.',
    `${result.seconds.toFixed(1)} s; everything is in ${result.folder}`,
  ].join('\n')
}

/** Rows of cells as aligned columns; the first is flush left, the others right. */
function columns(rows: (string | number)[][]): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => String(row[i]).length)))
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i]) : String(cell).padStart(widths[i]))))
    .map((cells) => cells.join('  '))
    .join('\n')
}
