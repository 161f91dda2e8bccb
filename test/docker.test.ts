import { readFileSync } from 'node:fs'
import { validate } from 'dockerfile-utils'
import { describe, expect, test } from 'vitest'

describe.each(['Dockerfile.cpu', 'Dockerfile.cuda'])('%s', (name) => {
  const text = readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
  const lines = text.split('\n')

  test('has no fault that the linter knows', () => {
    expect(validate(text)).toEqual([])
  })

  test('pins every base to an exact version', () => {
    const bases = lines.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1])
    for (const base of bases) expect(base).toMatch(/:\d+\.\d+\.\d+-/)
  })

  test('pins every package it installs', () => {
    const packages = text
      .match(/--no-install-recommends ([^\\\n]*)/)![1]
      .trim()
      .split(' ')
    for (const word of packages) expect(word).toMatch(/=/)
  })

  test('runs as another user than root in its last stage', () => {
    const last = text.slice(text.lastIndexOf('\nFROM '))
    expect(last).toMatch(/^USER node$/m)
    expect(last.indexOf('USER node')).toBeLessThan(last.indexOf('ENTRYPOINT'))
  })

  test('asks lq doctor for its health', () => {
    expect(text).toContain('CMD ["lq", "doctor"]')
  })

  test('builds in one stage and ships another', () => {
    expect(lines.filter((line) => line.startsWith('FROM ')).length).toBeGreaterThanOrEqual(2)
    expect(text).toContain('RUN sh scripts/image-build.sh')
  })
})
