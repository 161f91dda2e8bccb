// Builds the addon into build/native/lq.node. Without a compiler it says so and leaves: the reference backend will run.
//   node scripts/build-addon.mjs [--release]     --release: machine code for every CUDA architecture, not two
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const build = join(root, 'build', 'native')
const has = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0
const compiler = process.env.CXX ?? ['c++', 'g++', 'clang++'].find(has)

if (!compiler || !has(compiler) || !has('cmake')) {
  const lacking = compiler && has(compiler) ? 'CMake' : 'C++ compiler'
  console.error(`addon: not built: no ${lacking} here. Everything runs on the reference backend, slowly.`)
  console.error('       Debian: apt-get install g++ cmake ninja-build; then: npm run build:addon')
  process.exit(0)
}

const headers = createRequire(import.meta.url)('node-api-headers').include_dir
const architectures = process.argv.includes('--release') ? '75;80;86;89;90;100;120' : '80;90'
const configure = [
  '-S',
  join(root, 'native'),
  '-B',
  build,
  `-DNODE_API_HEADERS=${headers}`,
  `-DLQ_CUDA_ARCHITECTURES=${architectures}`,
]
if (has('ninja') && !existsSync(join(build, 'Makefile'))) configure.push('-G', 'Ninja')

for (const args of [configure, ['--build', build, '--parallel']]) {
  const { status, stdout, stderr } = spawnSync('cmake', args, { encoding: 'utf8' })
  if (status === 0) continue
  console.error(stdout + stderr)
  console.error('addon: the build failed; the output above says where')
  process.exit(1)
}

// In its place in one step: a process that runs the addon keeps the one it has.
copyFileSync(join(build, 'out', 'lq.node'), join(build, 'lq.node.new'))
renameSync(join(build, 'lq.node.new'), join(build, 'lq.node'))
