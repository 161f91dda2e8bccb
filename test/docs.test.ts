import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { seeded } from './factors/evaluate.js'

const root = fileURLToPath(new URL('..', import.meta.url))
// Below the package, so that the example finds it by its name.
mkdirSync(join(root, 'build'), { recursive: true })
const folder = mkdtempSync(join(root, 'build', 'example-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Daily bars of twelve symbols, as a CSV file. */
function bars(): string {
  const random = seeded(5)
  const lines = ['timestamp,symbol,open,high,low,close,volume']
  for (let n = 0; n < 12; n++) {
    let close = 50
    for (let day = 0; day < 90; day++) {
      const open = close
      close = open * (1 + 0.04 * (random() - 0.5))
      const prices = [open, Math.max(open, close) * 1.01, Math.min(open, close) * 0.99, close]
      const date = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10)
      lines.push([date, `S${n}`, ...prices.map((price) => price.toFixed(4)), Math.round(1e6 * random())].join(','))
    }
  }
  return `${lines.join('\n')}\n`
}

test('the example of the library runs as it is written', async () => {
  const [, example] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs/library.md'), 'utf8')) ?? []
  writeFileSync(join(folder, 'bars.csv'), bars())
  writeFileSync(join(folder, 'example.mjs'), example)
  const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder })
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^159 1080 [0-9a-f]{64}$/),
    expect.stringMatching(/^reversal 1 -?0\.\d+$/),
    expect.stringMatching(/^reversal 5 -?0\.\d+$/),
    '',
  ])
})
