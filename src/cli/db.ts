import { Command } from 'commander'
import { LqError } from '../errors.js'
import { backup, restore } from '../state/backup.js'
import { isInitialised } from '../state/describe.js'
import { exportTable } from '../state/export.js'
import { ddl } from '../state/migrate.js'
import { openState, type State } from '../state/state.js'
import { stateStatus } from '../state/status.js'
import { type Answer, action, type Context } from './frame.js'

/** `lq db`: the state database. */
export function command(): Command {
  return new Command('db')
    .addCommand(initCommand())
    .addCommand(statusCommand())
    .addCommand(backupCommand())
    .addCommand(restoreCommand())
    .addCommand(exportCommand())
    .addHelpText(
      'after',
      '\nExample:\n  lq db init\n  lq db status --json\n  lq db export optimization_results --out results.ndjson',
    )
}

function initCommand(): Command {
  const self = new Command('init')
    .description('make the tables, or bring them up to date')
    .option('--print-ddl', 'print the statements and touch nothing')
    .addHelpText('after', '\nExample:\n  lq db init --print-ddl')
  return action<{ printDdl?: boolean }>(self, async (context, { printDdl }) => {
    if (printDdl) return { json: { ddl: ddl() }, text: ddl() }
    return withState(context, async (state) => {
      const { schemaVersion, tables } = await stateStatus(state)
      const json = { kind: state.kind, version: state.version, schema_version: schemaVersion, tables }
      return { json, text: `${state.dsn}: PostgreSQL ${state.version}, schema version ${schemaVersion}` }
    })
  })
}

function statusCommand(): Command {
  const self = new Command('status')
    .description('server, schema version and rows per table; changes nothing')
    .addHelpText('after', '\nExample:\n  lq db status --json')
  return action(self, async (context) => {
    const { postgresDsn, dataDir } = context.config
    const nothing = { version: null, schema_version: null, tables: {} }
    if (postgresDsn === 'none') return { json: { kind: 'none', ...nothing }, text: 'no database: LQ_POSTGRES_DSN=none' }
    if (postgresDsn === 'embedded' && !(await isInitialised(context.config))) {
      return {
        json: { kind: 'embedded', ...nothing },
        text: `not initialised: made in ${dataDir} at first use, or by lq db init`,
      }
    }
    return withExisting(context, describe)
  })
}

async function describe(state: State): Promise<Answer> {
  const { schemaVersion, tables } = await stateStatus(state)
  const json = { kind: state.kind, version: state.version, schema_version: schemaVersion, tables }
  const head = `${state.kind}: ${state.dsn}\nPostgreSQL ${state.version}, schema version ${schemaVersion}`
  return {
    json,
    text: [head, ...Object.entries(tables).map(([table, rows]) => `${table.padEnd(22)}${rows}`)].join('\n'),
  }
}

function backupCommand(): Command {
  const self = new Command('backup')
    .description('save every table in a new directory')
    .requiredOption('--out <directory>', 'made by this command')
    .addHelpText('after', '\nExample:\n  lq db backup --out state-2026-02-01')
  return action<{ out: string }>(self, async (context, { out }) =>
    withExisting(context, async (state) => {
      const manifest = await backup(state, out)
      return { json: { path: out, ...manifest }, text: `${out}: ${sum(manifest.tables)} rows` }
    }),
  )
}

function restoreCommand(): Command {
  const self = new Command('restore')
    .description('load a backup into empty tables')
    .argument('<directory>', 'made by lq db backup')
    .addHelpText('after', '\nExample:\n  LQ_DATA_DIR=./other lq db restore state-2026-02-01')
  return action(self, async (context, _options, [directory]) =>
    withState(context, async (state) => {
      const manifest = await restore(state, directory)
      return { json: { path: directory, tables: manifest.tables }, text: `${sum(manifest.tables)} rows restored` }
    }),
  )
}

function exportCommand(): Command {
  const self = new Command('export')
    .description('write one table as NDJSON')
    .argument('<table>', 'a table that lq db status lists')
    .requiredOption('--out <file>', 'NDJSON, one object per row')
    .addHelpText('after', '\nExample:\n  lq db export optimization_results --out results.ndjson')
  return action<{ out: string }>(self, async (context, { out }, [table]) =>
    withExisting(context, async (state) => {
      const rows = await exportTable(state, table, out)
      return { json: { table, path: out, rows }, text: `${out}: ${rows} rows` }
    }),
  )
}

/** @throws LQ_CONFIG if there is to be no database */
async function withState<T>({ config, log, signal }: Context, use: (state: State) => Promise<T>): Promise<T> {
  return using(await openState(config, { log, signal }), use)
}

/** As `withState`, but makes nothing. @throws LQ_DATABASE if there is no cluster yet */
async function withExisting<T>({ config, log, signal }: Context, use: (state: State) => Promise<T>): Promise<T> {
  if (config.postgresDsn === 'embedded' && !(await isInitialised(config))) {
    throw new LqError('LQ_DATABASE', `expected a database in ${config.dataDir}, found none`, {
      hint: 'set LQ_DATA_DIR to where it is, or make one: lq db init',
    })
  }
  return using(await openState(config, { log, signal, migrate: false }), use)
}

async function using<T>(state: State | null, use: (state: State) => Promise<T>): Promise<T> {
  if (state === null) {
    throw new LqError('LQ_CONFIG', 'expected a database, found LQ_POSTGRES_DSN=none', {
      hint: 'unset LQ_POSTGRES_DSN, or point it at a server',
    })
  }
  try {
    return await use(state)
  } finally {
    await state.close()
  }
}

const sum = (tables: Record<string, number>) => Object.values(tables).reduce((total, rows) => total + rows, 0)
