import { describe, expect, test } from 'vitest'
import { placesOf, sourceFiles } from './source-files.js'

/*
 * Rules of style that a machine can hold. Generated files are judged by what generates them.
 */

const LINES_MAX = 400
const COLUMNS_MAX = 120

const written = sourceFiles('src', 'kernels', 'native', 'bench', 'scripts', 'test').filter(
  ({ path }) => !path.startsWith('src/generated/') && !path.endsWith('.json'),
)
const production = written.filter(({ path }) => !path.startsWith('test/'))
const src = written.filter(({ path }) => path.startsWith('src/'))
const all = [...written, ...sourceFiles('docs')]

describe('files', () => {
  test(`have at most ${LINES_MAX} lines`, () => {
    const long = production.filter(({ lines }) => lines.length > LINES_MAX + 1)
    expect(long.map(({ path, lines }) => `${path}: ${lines.length - 1} lines`)).toEqual([])
  })

  test(`have lines of at most ${COLUMNS_MAX} columns, but for addresses`, () => {
    const long = written.flatMap(({ path, lines }) =>
      lines.flatMap((line, i) =>
        [...line].length > COLUMNS_MAX && !/https?:\/\//.test(line) ? [`${path}:${i + 1}`] : [],
      ),
    )
    expect(long).toEqual([])
  })

  test('end with one line feed and have no blanks at the end of a line', () => {
    expect(written.filter(({ text }) => text !== '' && !/[^\n]\n$/.test(text)).map(({ path }) => path)).toEqual([])
    expect(placesOf(written, /[ \t\r]$/)).toEqual([])
  })

  test('are named in kebab-case in TypeScript and in snake_case in C++', () => {
    const name = (path: string) => path.slice(path.lastIndexOf('/') + 1)
    const wrong = written.filter(({ path }) => {
      if (path.endsWith('.ts')) return !/^[a-z0-9]+([-.][a-z0-9]+)*\.ts$/.test(name(path))
      return /\.(h|cpp|cu)$/.test(path) && !/^[a-z0-9]+(_[a-z0-9]+)*\.(h|cpp|cu)$/.test(name(path))
    })
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  test('name no path of one machine', () => {
    expect(placesOf(all, /(?<![\w.$}~-])\/(work|home|root|Users)\//)).toEqual([])
  })
})

describe('code', () => {
  test('leaves nothing to do later', () => {
    expect(placesOf(written, /\b(TO[D]O|FIX[M]E|XX[X]|HA[C]K|WI[P])\b|not impl[e]mented/)).toEqual([])
  })

  test('has no default export', () => {
    expect(placesOf(src, /^\s*export default\b|\bas default\b/)).toEqual([])
  })

  test('prints through the frame of the commands, not the console', () => {
    expect(placesOf(src, /\bconsole\.\w+\(/)).toEqual([])
  })

  test('silences no checker without a reason', () => {
    expect(placesOf(written, /@ts-(ig[n]ore|no[c]heck)|biome-ig[n]ore [^:]*:\s*$|es[l]int-/)).toEqual([])
  })

  test('drops an error only where a comment says why it may', () => {
    const drop = /catch\s*(\([^)]*\))?\s*\{\s*\}|\.catch\(\(\w*\)\s*=>\s*(\{\s*\}|undefined|null)\)/
    const explained = (line = '') => /\/\/ |\*\/\s*$/.test(line)
    const silent = src.flatMap(({ path, lines }) =>
      lines.flatMap((line, i) =>
        drop.test(line) && ![line, lines[i - 1]].some(explained) ? [`${path}:${i + 1}`] : [],
      ),
    )
    expect(silent).toEqual([])
  })

  test('calls no mathematics of the C library in kernels', () => {
    const kernels = production.filter(({ path }) => path.startsWith('kernels/ops/') || path.startsWith('kernels/core/'))
    expect(placesOf(kernels, /#include <(c?math|algorithm|vector|cmath)|\bstd::/)).toEqual([])
  })
})

test('tests neither sleep nor wait for one of their own alone', () => {
  const tests = written.filter(({ path }) => path.endsWith('.test.ts'))
  expect(placesOf(tests, /\b(test|describe|it)\.only\b|\bdebugger\b/)).toEqual([])
})

test('texts speak of the project alone', () => {
  expect(placesOf(all, /\b(is[s]ue #\d|ag[e]nts?\b|sub[-]?ag[e]nt|chat[g]pt|co[p]ilot|cla[u]de|l[l]ms?\b)/i)).toEqual(
    [],
  )
})
