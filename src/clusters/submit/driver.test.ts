import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const FOLDER = mkdtempSync(join(tmpdir(), 'headrig-driver-'))
afterAll(() => rmSync(FOLDER, { recursive: true }))

const ASK = `
import json, sys, zipfile
sys.path.insert(0, sys.argv[1])
import driver
with zipfile.ZipFile(sys.argv[2], "w") as jar:
    for name, text in json.loads(sys.argv[3]).items():
        jar.writestr(name, text)
print(json.dumps(driver.main_class(sys.argv[2])))
`

/** What the driver takes for the main class of a jar with these files. */
function mainClass(files: Readonly<Record<string, string>>): unknown {
  const room = fileURLToPath(new URL('.', import.meta.url))
  const args = ['-B', '-c', ASK, room, join(FOLDER, 'a.jar'), JSON.stringify(files)]
  return JSON.parse(execFileSync('python3', args, { encoding: 'utf8' })) as unknown
}

const manifest = (text: string) => ({ 'META-INF/MANIFEST.MF': text })

test('the main class of a jar', () => {
  const long = `com.example.${'deep.'.repeat(15)}Report`
  const line = `Main-Class: ${long}`
  const wrapped = `${line.slice(0, 72)}\r\n ${line.slice(72)}`
  expect(mainClass(manifest(`Manifest-Version: 1.0\r\n${wrapped}\r\nX: y\r\n\r\n`))).toBe(long)
  expect(mainClass(manifest('main-class:  Report \n'))).toBe('Report')
  expect(mainClass(manifest('Manifest-Version: 1.0\n'))).toBeNull()
  expect(mainClass({ 'Report.class': '' })).toBeNull()
})
