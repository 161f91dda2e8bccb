import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { compile } from '../../src/factors/compile.js'
import { createDag } from '../../src/factors/dag.js'
import { setsPage, withOperators } from '../../src/factors/document.js'
import { stepsOf } from '../../src/factors/explain.js'
import { readFactorFile } from '../../src/factors/set-file.js'

const page = (name: string) => readFileSync(fileURLToPath(new URL(`../../docs/${name}`, import.meta.url)), 'utf8')
const text = page('language.md')

const compiled = (expression: string) => compile(createDag(), expression, { columns: null, adjust: 'none' })

/** The blocks of code of a kind, line by line. */
function block(kind: string, holds: string): string[] {
  const blocks = [...text.matchAll(/```(\w*)\n([\s\S]*?)```/g)].filter(
    ([, name, body]) => name === kind && body.includes(holds),
  )
  return blocks.flatMap(([, , body]) => body.trimEnd().split('\n'))
}

describe('docs/language.md', () => {
  test('has the operators as they are (else: npm run generate)', () => {
    expect(text).toBe(withOperators(text))
  })

  test.each(block('lq', ''))('has an example that compiles: %s', (expression) => {
    expect(compiled(expression).grounded).toBe(true)
  })

  test('shows what lq factors check prints', () => {
    const [command, , ...steps] = block('', 'lq factors check')
    const expression = /'(.*)'/.exec(command)?.[1] as string
    expect(steps.map((line) => line.trim())).toEqual(stepsOf(compiled(expression)))
  })

  test('shows a file of factors that can be read', () => {
    const { factors } = readFactorFile(block('', 'mom =').join('\n'), 'language.md')
    expect(factors.map(({ text: expression }) => compiled(expression).grounded)).toEqual([true, true])
  })
})

test('docs/factors.md has the sets as they are (else: npm run generate)', () => {
  expect(page('factors.md')).toBe(setsPage())
})
