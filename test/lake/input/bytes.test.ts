import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { detectFormat, readText } from '../../../src/lake/input/bytes.js'
import { temporaryFolder } from '../data.js'

const folder = temporaryFolder()

function file(name: string, bytes: string | Uint8Array): string {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}

/** A zstd frame with its text stored, not compressed: `known` says whether it tells its size. */
function zstdFrame(text: string, { known = true } = {}): Uint8Array {
  const bytes = Buffer.from(text)
  const size = Buffer.alloc(4)
  size.writeUInt32LE(bytes.length)
  const header = known ? [0x28, 0xb5, 0x2f, 0xfd, 0xa0, ...size] : [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]
  const block = (bytes.length << 3) | 1
  return Buffer.concat([Buffer.from(header), Buffer.from([block & 255, (block >> 8) & 255, block >> 16]), bytes])
}

const CSV = `timestamp,open\n${'1700000000000,1\n'.repeat(1000)}`

async function textOf(path: string): Promise<string> {
  const { compression } = await detectFormat(path)
  let text = ''
  for await (const part of readText(path, { compression })) text += part
  return text
}

test.each([
  ['plain', Buffer.from(CSV)],
  ['gzip', gzipSync(CSV)],
  ['gzip of two members', Buffer.concat([gzipSync(CSV.slice(0, 100)), gzipSync(CSV.slice(100))])],
  ['zstd', zstdFrame(CSV)],
  ['zstd without a size', zstdFrame(CSV, { known: false })],
  ['zstd of two frames', Buffer.concat([zstdFrame(CSV.slice(0, 100)), zstdFrame(CSV.slice(100))])],
  [
    'a skippable zstd frame before',
    Buffer.concat([zstdFrame(CSV), Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9])]),
  ],
  ['a byte order mark', Buffer.from(`\ufeff${CSV}`)],
  ['UTF-16', Buffer.from(`\ufeff${CSV}`, 'utf16le')],
])('reads %s', async (name, bytes) => expect(await textOf(file(`${name}.csv`, bytes))).toBe(CSV))

test.each([
  ['csv', 'x.csv', 'a,b\n1,2\n'],
  ['json', 'x.json', '[[1,2]]'],
  ['json', 'x.txt', '{"a":\n [1]}'],
  ['ndjson', 'x.json', '{"a":1}\n{"a":2}\n'],
  ['ndjson', 'one.ndjson', '{"a":1}\n'],
  ['ndjson', 'y.json', '[1]\n[2]\n'],
  ['parquet', 'x.bin', 'PAR1....'],
  ['sqlite', 'x.data', 'SQLite format 3\0...'],
])('takes for %s what is in %s', async (format, name, text) => {
  expect((await detectFormat(file(name, text))).format).toBe(format)
})

test.each([
  ['nothing', ''],
  ['blanks', ' \n \n'],
  ['binary data', 'a\0b\n'],
  ['an Arrow file', 'ARROW1\0\0'],
])('rejects %s', async (name, text) => {
  await expect(detectFormat(file(`${name}.x`, text))).rejects.toMatchObject({ code: 'LQ_INPUT_INVALID' })
})

test.each([
  ['gzip', gzipSync(CSV).subarray(0, 60)],
  ['gzip with a wrong checksum', Buffer.concat([gzipSync(CSV).subarray(0, -8), Buffer.alloc(8)])],
  ['zstd', zstdFrame(CSV).subarray(0, 200)],
  ['zstd without a size', zstdFrame(CSV, { known: false }).subarray(0, 200)],
  ['zstd and something behind', Buffer.concat([zstdFrame(CSV), Buffer.from('and more of it')])],
])('rejects torn %s', async (name, bytes) => {
  await expect(textOf(file(`torn ${name}`, bytes))).rejects.toMatchObject({ code: 'LQ_INPUT_INVALID' })
})

test('reports a file that is not there, and one that is a folder', async () => {
  mkdirSync(join(folder, 'sub'))
  await expect(detectFormat(join(folder, 'none'))).rejects.toMatchObject({ code: 'LQ_INPUT_MISSING' })
  await expect(detectFormat(join(folder, 'sub'))).rejects.toMatchObject({ code: 'LQ_INPUT_MISSING' })
})
