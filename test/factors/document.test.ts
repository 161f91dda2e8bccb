import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { compile } from '../../src/factors/compile.js'
import { createDag } from '../../src/factors/dag.js'
import { operatorTables } from '../../src/factors/document.js'
import { stepsOf } from '../../src/factors/explain.js'
import { readFactorFile } from '../../src/factors/set-file.js'

const path = fileURLToPath(new URL('../../docs/language.md', import.meta.url))
const text = readFileSync(path, 'utf8')
const BEGIN = '<!-- operators: generated, see src/factors/document.ts -->\n'
const END = '<!-- end of operators -->\n'

const compiled = (expression: string) => compile(createDag(), expression, { columns: null, adjust: 'none' })

/** The blocks of code of a kind, line by line. */
function block(kind: string, holds: string): string[] {
  const blocks = [...text.matchAll(/```(\w*)\n([\s\S]*?)```/g)].filter(
    ([, name, body]) => name === kind && body.includes(holds),
  )
  return blocks.flatMap(([, , body]) => body.trimEnd().split('\n'))
}

describe('docs/language.md', () => {
  test('has the operators as they are (update with vitest --update)', async () => {
    const [before, after] = [text.slice(0, text.indexOf(BEGIN) + BEGIN.length), text.slice(text.indexOf(END))]
    const fresh = `${before}${operatorTables()}\n${after}`
    await expect(fresh).toMatchFileSnapshot(path)
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
