import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { query } from '../resample/data.js'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'lq-cli-resample-'))
const bars = join(folder, 'bars.parquet')
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeAll(async () => {
  await query(`copy (
    select s as symbol, (timestamp '2024-03-01' + n * interval 1 minute)::timestamp_ms as "timestamp",
      n::double as open,
      n + 2.0 as high, n - 2.0 as low, n + 1.0 as "close", 1.0 as volume
    from range(3000) as t(n), unnest(['AAA', 'BBB']) as u(s) order by s, n) to '${bars}' (format parquet)`)
})

/** Runs the built command without a database. */
function lq(args: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'resample', ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LQ_DATA_DIR: join(folder, 'data'), LQ_POSTGRES_DSN: 'none', ...env },
  })
  return { status, stdout, stderr }
}

const FILES = ['--input', bars, '--from', '1m']

describe('lq resample', () => {
  test('prints one JSON document with the shape of the contract', () => {
    const { status, stdout } = lq([...FILES, '--to', '5m,1h', '--out', join(folder, 'a.parquet'), '--json'])
    const document = JSON.parse(stdout)
    expect(status).toBe(0)
    expect(document).toMatchObject({
      run_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      backend: { requested: 'auto', device: null, reason: expect.any(String) },
      fallbacks: expect.any(Array),
      rows_in: 6000,
      rows_out: 1300,
      symbols: 2,
      cells: 1300,
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      outputs: [{ path: join(folder, 'a.parquet'), rows: 1300 }],
    })
    expect(Object.keys(document.seconds)).toEqual(['read', 'pivot', 'compute', 'write', 'total'])
  })

  test('writes the columns of the contract, in their order', async () => {
    lq([...FILES, '--to', '1h', '--out', join(folder, 'b.parquet')])
    const rows = await query(`describe select * from '${join(folder, 'b.parquet')}'`)
    expect(rows.map(([name]) => name)).toEqual([
      'exchange',
      'symbol',
      'timeframe',
      'timestamp',
      'open',
      'high',
      'low',
      'close',
      'volume',
      'bars',
      'complete',
    ])
  })

  test('prints a summary for people', () => {
    const { stdout } = lq([...FILES, '--to', '1h', '--out', join(folder, 'c.parquet')])
    expect(stdout).toMatch(/rows +6000 in, 100 buckets out, 2 symbols\nchecksum +[0-9a-f]{64}\n/)
  })

  test('prints the checksum alone where that is asked for', () => {
    expect(lq([...FILES, '--to', '1h', '--out', join(folder, 'd.parquet'), '--checksum-only']).stdout).toMatch(
      /^[0-9a-f]{64}\n$/,
    )
  })

  test('takes one symbol, a span and an identity', () => {
    const span = ['--start', '2024-03-01T01:00', '--end', '2024-03-01T03:00']
    const { stdout } = lq([
      ...FILES,
      '--symbol',
      'BBB',
      '--to',
      '1h',
      ...span,
      '--run-id',
      'mine',
      '--out',
      join(folder, 'e.parquet'),
      '--json',
    ])
    expect(JSON.parse(stdout)).toMatchObject({ run_id: 'mine', rows_in: 120, rows_out: 2, symbols: 1 })
  })

  test.each([
    ['no target', []],
    ['an unknown timeframe', ['--to', '7x']],
    ['an unknown flag', ['--to', '1h', '--nonsense']],
    ['an unknown word', ['--to', '1h', 'word']],
    ['an unknown way to fill gaps', ['--to', '1h', '--gaps', 'guess']],
    ['an unknown calendar', ['--to', '1h', '--calendar', 'lunar']],
    ['an unknown day of the week', ['--to', '1w', '--week-start', '8']],
    ['a time that is none', ['--to', '1h', '--start', 'yesterday']],
    ['an empty item', ['--to', '1h,']],
  ])('refuses %s with exit 2 and an empty stdout', (_name, args) => {
    const { status, stdout, stderr } = lq([...FILES, ...args])
    expect([status, stdout, stderr.length > 0]).toEqual([2, '', true])
  })

  test('refuses to guess the source', () => {
    expect(lq(['--from', '1m', '--to', '1h']).stderr).toMatch(/expected --exchange or --input/)
  })

  test('says that a file or a symbol is missing with exit 4', () => {
    expect(lq(['--input', join(folder, 'absent.parquet'), '--from', '1m', '--to', '1h']).status).toBe(4)
    expect(lq([...FILES, '--symbol', 'NOSUCH', '--to', '1h']).status).toBe(4)
  })

  test('touches nothing before a usage error', () => {
    const data = join(folder, 'untouched')
    lq([...FILES, '--to', '7x'], { LQ_DATA_DIR: data, LQ_POSTGRES_DSN: 'embedded' })
    expect(existsSync(data)).toBe(false)
  })
})
