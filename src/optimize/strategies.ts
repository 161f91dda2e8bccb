import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { LqError } from '../errors.js'
import { didYouMean } from '../factors/suggest.js'
import { readStrategy, readStrategyFile, type Strategy } from './strategy.js'

/** The same folder from the sources and from what they are compiled to: both lie two folders below the package's. */
const FOLDER = fileURLToPath(new URL('../../src/optimize/strategies/', import.meta.url))
const ENDING = '.strategy'

/** Every strategy that comes with the package: one per file of its folder. */
export const STRATEGY_NAMES: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(ENDING))
  .map((file) => file.slice(0, -ENDING.length))
  .sort()

/**
 * A strategy by its name, or of a file: what has a dot or a slash is a file.
 *
 * @throws LQ_USAGE for an unknown name, with the nearest one; what `readStrategyFile` throws
 */
export function findStrategy(nameOrFile: string): Strategy {
  if (/[./\\]/.test(nameOrFile)) return readStrategyFile(nameOrFile)
  const name = nameOrFile.trim().toLowerCase()
  if (STRATEGY_NAMES.includes(name)) {
    const file = `${name}${ENDING}`
    return readStrategy(readFileSync(`${FOLDER}${file}`, 'utf8'), { name, source: file })
  }
  const hint = didYouMean(name, STRATEGY_NAMES, `the strategies are ${STRATEGY_NAMES.join(', ')}; a file has a dot`)
  throw new LqError('LQ_USAGE', `unknown strategy ${JSON.stringify(nameOrFile)}`, { hint })
}
