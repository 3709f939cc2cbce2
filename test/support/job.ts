import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

const PACK = `
import sys, zipfile, pathlib
out, folder, main = sys.argv[1:]
with zipfile.ZipFile(out, "w") as jar:
    line = "Main-Class: " + main + "\\r\\n" if main else ""
    jar.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\\r\\n" + line + "\\r\\n")
    for path in pathlib.Path(folder).glob("*.class"):
        jar.write(path, path.name)
`

/** Compiles a Java class against Spark and packs it; `mainClass` goes into the manifest. Gives the jar's path. */
export async function makeJar(
  folder: string,
  sparkHome: string,
  source: string,
  name: string,
  mainClass = '',
): Promise<string> {
  const classes = join(folder, `classes-${name}`)
  await mkdir(classes, { recursive: true })
  const file = join(classes, `${name}.java`)
  await writeFile(file, source)
  execFileSync('javac', ['-cp', join(sparkHome, 'jars', '*'), '-d', classes, file])
  const jar = join(folder, `${name}.jar`)
  execFileSync('python3', ['-c', PACK, jar, classes, mainClass])
  return jar
}

/** The first line of a stream, which stays open; empty when there is none. */
export async function firstLine(stream: Readable): Promise<string> {
  let text = ''
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    text += String(chunk)
    if (text.includes('\n')) return text
  }
  return ''
}
