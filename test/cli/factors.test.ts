import { describe, expect, test } from 'vitest'
import { command } from '../../src/cli/factors.js'
import { OPERATORS } from '../../src/factors/operators.js'
import { SET_NAMES } from '../../src/factors/sets.js'
import { runCommand } from './in-process.js'

const factors = (...words: string[]) => runCommand(command(), words)

describe('lq factors check --json', () => {
  test('explains an expression', async () => {
    const { out, err, exitCode } = await factors('check', 'close / mean(close, 20)', '--json')
    expect([JSON.parse(out), err, exitCode]).toEqual([
      {
        ok: true,
        type: 'series',
        warmup: 19,
        inputs: ['close'],
        cost: { map: 1, rolling: 1, scan: 0, cross: 0, stages: 1, bytes_per_cell: 16 },
        steps: ['v1 = rolling_mean(close, window=20)', 'v2 = divide(close, v1)'],
        error: null,
      },
      '',
      0,
    ])
  })

  test('prints what is wrong and where, and exits with 2', async () => {
    const { out, err, exitCode } = await factors('check', 'tsrank(close, 5)', '--json')
    expect([JSON.parse(out), err, exitCode]).toEqual([
      {
        ok: false,
        type: null,
        warmup: null,
        inputs: [],
        cost: null,
        steps: [],
        error: { message: 'unknown function tsrank', line: 1, column: 1, hint: 'did you mean ts_rank?' },
      },
      '',
      2,
    ])
  })

  test('has no warm-up for a recursive expression', async () => {
    expect(JSON.parse((await factors('check', 'ema(close, 5)', '--json')).out)).toMatchObject({
      ok: true,
      warmup: null,
    })
  })

  test('takes an expression that begins with a minus', async () => {
    expect(JSON.parse((await factors('check', '-close', '--json')).out)).toMatchObject({ ok: true })
  })
})

describe('lq factors check', () => {
  test('explains in words', async () => {
    const { out } = await factors('check', 'rank(close)')
    expect(out).toBe(
      'series of close; needs 0 rows before; steps: 1 cross, in 1 stage; 16 bytes per bar\n  v1 = cross_rank(close)\n',
    )
  })

  test('points at the place on stderr and leaves stdout empty', async () => {
    const { out, err, exitCode } = await factors('check', 'close +\n  * open')
    expect([out, exitCode]).toEqual(['', 2])
    expect(err).toContain('line 2, column 3: expected a value, found *\n      * open\n      ^\n')
  })

  test.each([[[]], [['close', 'open']]])('with the words %j is exit 2', async (words) => {
    expect(await factors('check', ...words)).toMatchObject({ out: '', exitCode: 2 })
  })
})

describe('lq factors ls', () => {
  test('lists every operator', async () => {
    const { operators } = JSON.parse((await factors('ls', '--json')).out)
    expect(operators).toHaveLength(OPERATORS.length)
  })

  test('lists every set, with what it says of itself in one line', async () => {
    const { sets } = JSON.parse((await factors('ls', '--json')).out)
    expect(sets).toHaveLength(SET_NAMES.length)
    expect(sets).toContainEqual({ name: 'alpha101', factors: 101, summary: expect.stringContaining('Kakushadze') })
  })

  test('is for people too', async () => {
    const { out } = await factors('ls')
    expect(out).toContain('  ts_rank(x, n, min_periods=…)')
    expect(out).toContain('  alpha158 (158)')
  })

  test('lists the factors of one set', async () => {
    const { out } = await factors('ls', '--set', 'Fundamental')
    expect(out.split('\n')[0]).toMatch(/^earnings_yield +net_income \/ market_cap$/)
    expect(out.trimEnd().split('\n')).toHaveLength(32)
  })

  test('describes them for programs', async () => {
    const { name, inputs, factors: described } = JSON.parse((await factors('ls', '--set', 'spock', '--json')).out)
    expect([name, inputs.includes('free_float_shares')]).toEqual(['spock', true])
    expect(described.find(({ name: factor }: { name: string }) => factor === 'liquidity')).toEqual({
      name: 'liquidity',
      set: 'spock',
      category: 'size',
      note: 'The decimal logarithm of the mean money traded in 30 rows, in units of 10^8.',
      expression: 'log(mean(turnover, 30) / 1e8) / 2.302585092994046',
      type: 'series',
      warmup: 29,
      inputs: ['close', 'volume'],
      cost: { map: 4, rolling: 1, scan: 0, cross: 0, stages: 1, bytes_per_cell: 24 },
    })
  })

  test('has the nearest name for an unknown set', async () => {
    const { out, err, exitCode } = await factors('ls', '--set', 'alpha15')
    expect([out, exitCode]).toEqual(['', 2])
    expect(err).toContain('did you mean alpha158?')
  })
})

describe('lq factors show', () => {
  test('shows all that a name may mean', async () => {
    const { out } = await factors('show', 'RANK')
    expect(out).toMatch(/^rank\(x\)\n[\s\S]*\nts_rank\(x, n, min_periods=…\)\n/)
  })

  test('finds an alias', async () => {
    expect(JSON.parse((await factors('show', 'sma', '--json')).out).operators).toMatchObject([
      { name: 'mean', group: 'window' },
    ])
  })

  test('shows a factor of a set: formula, note, what it is and needs', async () => {
    const { out } = await factors('show', 'alpha101/alpha044')
    expect(out.split('\n')).toEqual([
      'alpha101/alpha044',
      '  -1 * correlation(high, rank(volume), 5)',
      "  The cross-section is inside: the raw high against the volume's rank.",
      '  series of high, volume; needs 4 rows before; steps: 1 map, 1 rolling, 1 cross, in 2 stages; 24 bytes per bar',
      '',
    ])
  })

  test('finds a factor without its set, in any case', async () => {
    const { operators, sets, factors: found } = JSON.parse((await factors('show', 'kmid2', '--json')).out)
    expect([operators, sets]).toEqual([[], []])
    expect(found).toMatchObject([{ name: 'KMID2', set: 'alpha158', category: 'kbar' }])
  })

  test('shows a set: its note, the columns it needs, its factors', async () => {
    const { out } = await factors('show', 'spock')
    expect(out).toMatch(/^spock: 29 factors of [\s\S]*market_cap[\s\S]*as of its publication[\s\S]* momentum_1m /)
  })

  test('has the nearest name for an unknown one', async () => {
    const { out, err, exitCode } = await factors('show', 'rnk')
    expect([out, exitCode]).toEqual(['', 2])
    expect(err).toContain('did you mean rank?')
  })
})

test('every command has a help with an example', async () => {
  for (const words of [['--help'], ['ls', '--help'], ['show', '--help'], ['check', '--help']]) {
    const { out, exitCode } = await factors(...words)
    expect([exitCode, out.includes('Example:')]).toEqual([0, true])
  }
})
