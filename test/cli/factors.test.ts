import { describe, expect, test } from 'vitest'
import { command } from '../../src/cli/factors.js'
import { OPERATORS } from '../../src/factors/operators.js'
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
    expect(out).toBe('series of close; needs 0 rows before\n  v1 = cross_rank(close)\n')
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

  test('is for people too', async () => {
    expect((await factors('ls')).out).toContain('  ts_rank(x, n, min_periods=…)')
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
