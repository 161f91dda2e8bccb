// Runs every kernel, on the CPU and on the emulated device, under ThreadSanitizer and under ASan + UBSan.
//   npm run sanitize
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const out = join(root, 'build', 'sanitize')
mkdirSync(out, { recursive: true })

const compiler = process.env.CXX ?? 'c++'
const flags = [
  '-std=c++20',
  '-O1',
  '-g',
  '-ffp-contract=off',
  '-fno-math-errno',
  '-Wno-psabi',
  '-pthread',
  '-fno-sanitize-recover=all',
]
const sources = [
  ['kernels/cpu/variant.cpp', '-DLQ_NS=lq_v2', '-DLQ_LANES=2'],
  ['kernels/cuda/emulate.cpp', '-DLQ_NS=lq_emulated', '-DLQ_EMULATED', '-DLQ_EMULATE_THREADS'],
  ['test/native/parity.cpp'],
]

function must(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', cwd: root })
  if (error) console.error(`${command}: ${error.message}`)
  if (status !== 0) process.exit(1)
}

for (const sanitizer of ['thread', 'address,undefined']) {
  const tag = sanitizer.replace(',', '-')
  const objects = sources.map(([source, ...defines], i) => {
    const object = join(out, `${tag}-${i}.o`)
    must(compiler, [...flags, `-fsanitize=${sanitizer}`, ...defines, '-c', source, '-o', object])
    return object
  })
  const program = join(out, tag)
  must(compiler, [...flags, `-fsanitize=${sanitizer}`, ...objects, '-o', program])
  console.error(`sanitizer: ${sanitizer}`)
  must(program, [])
}
