import { openState } from '../../../src/state/state.js'

/** Opens the state of the data directory in the last word, says so, and holds it until its input ends. */
const silent = { info() {}, warn() {}, debug() {} }
const state = await openState({ postgresDsn: 'embedded', dataDir: process.argv.at(-1) as string }, { log: silent })
process.stdout.write('open\n')
process.stdin.resume().once('end', async () => {
  await state?.close()
  process.stdin.destroy()
})
