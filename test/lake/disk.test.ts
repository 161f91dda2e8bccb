import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openAtomicFile, TEMPORARY_PREFIX } from '../../src/lake/disk.js'
import { processTag } from '../../src/process.js'

const newFolder = () => mkdtempSync(join(tmpdir(), 'lq-disk-'))
const draftOf = (tag: string) => `${TEMPORARY_PREFIX}${tag}-0123456789ab-bars.parquet`

/** The tag of a process of this host that has ended. */
function endedTag(): string {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  const [place, , start] = processTag().split('.')
  return [place, pid, start].join('.')
}

async function write(path: string): Promise<void> {
  const file = await openAtomicFile(path)
  await file.write(Uint8Array.of(1, 2, 3))
  await file.commit()
}

test('a file is there whole, and no draft of it', async () => {
  const folder = newFolder()
  await write(join(folder, 'bars.parquet'))
  expect(readdirSync(folder)).toEqual(['bars.parquet'])
})

test('the draft that a killed process left goes with the next writing of its file', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, draftOf(endedTag())), '')
  await write(join(folder, 'bars.parquet'))
  expect(readdirSync(folder)).toEqual(['bars.parquet'])
})

test('the draft of a process that runs stays', async () => {
  const folder = newFolder()
  const draft = draftOf(processTag())
  writeFileSync(join(folder, draft), '')
  await write(join(folder, 'bars.parquet'))
  expect(readdirSync(folder)).toEqual([draft, 'bars.parquet'])
})

test('the draft of another host stays', async () => {
  const folder = newFolder()
  const draft = draftOf('deadbeef.1.deadbeef')
  writeFileSync(join(folder, draft), '')
  await write(join(folder, 'bars.parquet'))
  expect(readdirSync(folder)).toEqual([draft, 'bars.parquet'])
})

test('an aborted file leaves nothing', async () => {
  const folder = newFolder()
  const file = await openAtomicFile(join(folder, 'bars.parquet'))
  await file.write(Uint8Array.of(1))
  await file.abort()
  expect(readdirSync(folder)).toEqual([])
})
