import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A text file of the repository. */
export interface SourceFile {
  /** from the repository's root, with `/` */
  path: string
  text: string
  lines: string[]
}

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/** Every text file under the given folders, sorted by path; a folder that is not there has none. */
export function sourceFiles(...folders: string[]): SourceFile[] {
  return folders
    .flatMap((folder) =>
      readdirSync(ROOT, { withFileTypes: true }).some((e) => e.name === folder) ? pathsUnder(join(ROOT, folder)) : [],
    )
    .filter((path) => /\.(ts|mjs|cjs|js|h|cpp|cu|cuh|sql|md|json|txt)$/.test(path))
    .map((path) => ({ path: relative(ROOT, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }))
    .map((file) => ({ ...file, lines: file.text.split('\n') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Lines that match, as `path:line`, so that an editor can jump there. */
export function placesOf(files: SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, lines }) =>
    lines.flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}`] : [])),
  )
}

function pathsUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
