import { describe, expect, test } from 'vitest'
import { createDag } from '../../src/factors/dag.js'
import { stepsOf } from '../../src/factors/explain.js'
import type { DagNode } from '../../src/factors/node.js'
import {
  exposuresOf,
  neutralizeOf,
  type Scoring,
  standardized,
  standardizeOf,
  treated,
  winsorizeOf,
} from '../../src/factors/scoring.js'

describe('a factor', () => {
  const dag = createDag()
  const scored = (factor: DagNode, scoring: Scoring) =>
    standardized(dag, treated(dag, factor, { ...scoring, exposures: null }), scoring.standardize)

  test('is winsorized before it is standardized', () => {
    const node = scored(dag.field('f'), { winsorize: { method: 'mad', bound: 5 }, standardize: 'z' })
    expect(stepsOf(node)).toEqual(['v1 = cross_winsorize_mad(f, k=5)', 'v2 = cross_zscore(v1, clip=3)'])
  })

  test('is ranked to percentiles', () => {
    expect(stepsOf(scored(dag.field('f'), { winsorize: null, standardize: 'percentile' }))).toEqual([
      'v1 = cross_percentile(f)',
    ])
  })

  test('is left alone where nothing is asked for', () => {
    expect(scored(dag.field('f'), { winsorize: null, standardize: null })).toBe(dag.field('f'))
  })
})

describe('winsorizeOf', () => {
  test.each([
    ['sigma:3', 'sigma', 3],
    ['mad:5', 'mad', 5],
    ['quantile:0.01', 'quantile', 0.01],
    ['quantile:.5', 'quantile', 0.5],
  ])('reads %s', (text, method, bound) => {
    expect(winsorizeOf(text)).toEqual({ method, bound })
  })

  test.each(['sigma', 'sigma:', 'sigma:-1', 'quantile:0.51', 'std:3', 'sigma:1e9', ''])('refuses %j', (text) => {
    expect(() => winsorizeOf(text)).toThrow('--winsorize: expected sigma:3, mad:5 or quantile:0.01')
  })

  test('is nothing where nothing is given', () => {
    expect(winsorizeOf(undefined)).toBeNull()
  })
})

test('standardizeOf refuses what is neither z nor percentile', () => {
  expect(() => standardizeOf('rank')).toThrow('--standardize: expected z or percentile, found rank')
})

describe('neutralizeOf', () => {
  test.each([
    ['group:sector', { group: 'sector', columns: [] }],
    ['market_cap, beta', { group: null, columns: ['market_cap', 'beta'] }],
    ['log(f(a, g(b, c))) ,group: sector', { group: 'sector', columns: ['log(f(a, g(b, c)))'] }],
  ])('reads %s', (text, found) => {
    expect(neutralizeOf(text)).toEqual(found)
  })

  test.each(['', 'a,,b', 'group:', 'group:a,group:b'])('refuses %j', (text) => {
    expect(() => neutralizeOf(text)).toThrow('--neutralize: expected group:COLUMN, columns, or both')
  })
})

describe('exposures', () => {
  const dag = createDag()
  const scope = { columns: new Set(['close', 'cap']), groups: new Set(['sector']), adjust: 'none' as const }

  test('are nodes of expressions', () => {
    const { groups, columns } = exposuresOf(dag, { group: 'sector', columns: ['log(cap)'] }, scope)
    expect([groups?.name, columns.map(stepsOf)]).toEqual(['sector', [['v1 = log(cap)']]])
  })

  test.each([
    ['a number', '3', 'expected a series, found a number'],
    ['a group without saying so', 'sector', 'expected a series, found the groups of sector'],
    ['an unknown column', 'size', 'unknown field size'],
  ])('refuse %s', (_what, text, message) => {
    expect(() => exposuresOf(dag, { group: null, columns: [text] }, scope)).toThrow(`--neutralize: line 1, column 1`)
    expect(() => exposuresOf(dag, { group: null, columns: [text] }, scope)).toThrow(message)
  })
})
