import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { LqError } from '../errors.js'
import { type FactorDefinition, type FactorFile, readFactorFile } from './set-file.js'
import { didYouMean } from './suggest.js'

/** A named collection of factors that comes with the package. */
export interface BuiltInSet extends FactorFile {
  name: string
}

/** The same folder from the sources and from what they are compiled to: both lie two folders below the package's. */
const FOLDER = fileURLToPath(new URL('../../src/factors/sets/', import.meta.url))
const ENDING = '.factors'

/** Every set that comes with the package: one per file of its folder. */
export const SET_NAMES: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(ENDING))
  .map((file) => file.slice(0, -ENDING.length))
  .sort()

/**
 * Reads a set that comes with the package; names ignore case.
 *
 * @throws LQ_USAGE for an unknown name, with the nearest one
 */
export function loadSet(name: string): BuiltInSet {
  const known = name.trim().toLowerCase()
  if (SET_NAMES.includes(known)) {
    const file = `${known}${ENDING}`
    return { name: known, ...readFactorFile(readFileSync(`${FOLDER}${file}`, 'utf8'), file) }
  }
  const hint = didYouMean(known, SET_NAMES, `the sets are ${SET_NAMES.join(', ')}`)
  throw new LqError('LQ_USAGE', `unknown set of factors ${JSON.stringify(name)}`, { hint })
}

/** A factor, and the set it is of. */
export interface FactorOfSet {
  set: string
  factor: FactorDefinition
}

/**
 * Finds factors by name, in any case: `alpha101/alpha001`, or `alpha001` for that of every set that has one.
 *
 * @returns none for an unknown name
 */
export function factorsNamed(name: string): FactorOfSet[] {
  const wanted = name.trim().toLowerCase()
  return allFactors().filter(({ set, factor }) => {
    const own = factor.name.toLowerCase()
    return own === wanted || `${set}/${own}` === wanted
  })
}

/** Every factor of every set. */
export function allFactors(): FactorOfSet[] {
  return SET_NAMES.flatMap((set) => loadSet(set).factors.map((factor) => ({ set, factor })))
}
