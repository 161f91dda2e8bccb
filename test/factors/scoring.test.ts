import { describe, expect, test } from 'vitest'
import { createDag } from '../../src/factors/dag.js'
import { stepsOf } from '../../src/factors/explain.js'
import type { DagNode } from '../../src/factors/node.js'
import { type Scoring, standardized, standardizeOf, treated, winsorizeOf } from '../../src/factors/scoring.js'

describe('a factor', () => {
  const dag = createDag()
  const scored = (factor: DagNode, scoring: Scoring) =>
    standardized(dag, treated(dag, factor, scoring), scoring.standardize)

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
