import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { LqError } from '../errors.js'

/**
 * Path of a compiled worker, also when this file itself runs from its TypeScript source (tests): Node 20 cannot load
 * TypeScript in a worker thread, so there the build's copy is taken.
 *
 * @param name the module below `src`, without its ending: `compute/worker`
 * @throws LQ_INTERNAL if the build has not been made
 */
export function workerFile(name: string): string {
  const root = import.meta.url.endsWith('.ts') ? '../../dist/' : '../'
  const file = fileURLToPath(new URL(`${root}${name}.js`, import.meta.url))
  if (existsSync(file)) return file
  throw new LqError('LQ_INTERNAL', `expected a compiled worker at ${file}, found none`, { hint: 'run npm run build' })
}
