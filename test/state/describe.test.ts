import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeState } from '../../src/state/describe.js'
import { openState } from '../../src/state/state.js'
import { SILENT, withDirectory } from './support.js'

test('says that there is to be no database', async () => {
  const description = await describeState({ postgresDsn: 'none', dataDir: '/nonexistent' })
  expect(description).toEqual({ kind: 'none', dsn: '', ok: true, version: null, reason: 'LQ_POSTGRES_DSN=none' })
})

test('makes nothing where there is no cluster yet', () =>
  withDirectory(async (directory) => {
    const description = await describeState({ postgresDsn: 'embedded', dataDir: join(directory, 'data') })
    expect(description).toEqual({ kind: 'embedded', dsn: '', ok: true, version: null, reason: 'created at first use' })
    expect(await readdir(directory)).toEqual([])
  }))

test('asks an embedded cluster that exists', () =>
  withDirectory(async (dataDir) => {
    await (await openState({ postgresDsn: 'embedded', dataDir }, { log: SILENT }))?.close()
    const description = await describeState({ postgresDsn: 'embedded', dataDir })
    expect(description).toMatchObject({ kind: 'embedded', ok: true, reason: 'answers' })
    expect(description.dsn).toMatch(/^postgres:\/\/lq:\*\*\*@127/)
    expect(description.version).toMatch(/^\d+\.\d+/)
  }))

test('says why a server does not answer, without its password', async () => {
  const description = await describeState({
    postgresDsn: 'postgres://lq:hidden@127.0.0.1:1/x',
    dataDir: '/nonexistent',
  })
  expect(description).toMatchObject({
    kind: 'external',
    dsn: 'postgres://lq:***@127.0.0.1:1/x',
    ok: false,
    version: null,
  })
  expect(description.reason).toMatch(/no server answers there/)
  expect(JSON.stringify(description)).not.toMatch(/hidden/)
})

test('says why a cluster cannot be read', () =>
  withDirectory(async (dataDir) => {
    await writeFile(join(dataDir, 'postgres'), '')
    const description = await describeState({ postgresDsn: 'embedded', dataDir })
    expect(description).toMatchObject({ kind: 'embedded', ok: false, version: null })
    expect(description.reason).toContain(join(dataDir, 'postgres'))
  }))
