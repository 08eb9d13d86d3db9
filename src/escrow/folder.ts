// An escrow in a folder. Each process adds to a file of its own, so that no two write into one. A compaction takes files
// over by renaming them, even from processes that run: such a process sees after its write that its file is not in its
// place any more, and writes the same texts into a new one. So each text is in a file that is read, or in two.

import { randomBytes } from 'node:crypto'
import { access, constants, type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { EscrowContents, EscrowPlace, EscrowPosition } from '../core/escrow-place.ts'
import { makeFolder } from '../core/make-folder.ts'

/** `{name}.log`: is written, or was. `{name}.log.taken`: a compaction has it in its hands. `{name}.part`: is not read. */
const written = '.log'
const taken = '.taken'
const part = '.part'
/** A file of any other name is somebody else's: it is not touched. */
const isOurs = /^[0-9a-f]{24}\.(?:log(?:\.taken)?|part)$/

/** How often a listing is read again that changes meanwhile. */
const mostListings = 20
/** How often a write is tried again whose file a compaction has taken. */
const mostTaken = 3

/** Returns an escrow in that folder, readable by its owner alone (0700, files 0600). */
export function escrowFolder(folder: string): EscrowPlace {
  /** The file that this process adds to, and whether a write into it has failed, perhaps in the middle of a line. */
  let own: string | null = null
  let isTorn = false

  async function makeOwn(): Promise<string> {
    makeFolder(folder)
    const path = join(folder, `${newName()}${written}`)
    await (await open(path, 'wx', 0o600)).close()
    await syncFolder(folder)
    isTorn = false
    return path
  }

  /** Returns whether the texts are in a file that is read; `false`: a compaction has taken it. */
  async function addTo(path: string, texts: readonly string[]): Promise<boolean> {
    const handle = await open(path, constants.O_WRONLY | constants.O_APPEND).catch(ifThere)
    if (handle === undefined) return false
    try {
      const wasTorn = isTorn
      isTorn = true
      await handle.appendFile(`${wasTorn ? '\n' : ''}${texts.join('\n')}\n`)
      await handle.datasync()
      isTorn = false
      return await isInPlace(path, handle)
    } finally {
      await handle.close()
    }
  }

  return {
    async append(texts) {
      for (let tries = 0; tries < mostTaken; tries++) {
        own ??= await makeOwn()
        if (await addTo(own, texts)) return
        own = null
      }
      // Nobody adds to a whole file, so a compaction that takes it reads all of it.
      await writeWhole(folder, texts)
    },
    read: (since) => readWhole(folder, since as Positions | null),
    async compact(keep) {
      for (const name of await namesIn(folder))
        if (name.endsWith(written)) await rename(join(folder, name), join(folder, `${name}${taken}`)).catch(ifThere)
      const inHand = (await namesIn(folder)).filter((name) => name.endsWith(taken))
      const texts: string[] = []
      // What is gone another compaction has had in its hands: it is in that one's file.
      for (const name of inHand) texts.push(...((await linesOf(join(folder, name), 0))?.lines ?? []))
      const kept = keep(texts)
      if (kept.length > 0) await writeWhole(folder, kept)
      for (const name of inHand) await rm(join(folder, name), { force: true })
      await removeOldParts(folder)
    },
    check: () => assertWritable(resolve(folder)),
    where: resolve(folder),
  }
}

/** A process that does not find its file under its name again cannot know whether its last write was read. */
async function isInPlace(path: string, handle: FileHandle): Promise<boolean> {
  const [mine, found] = await Promise.all([handle.stat({ bigint: true }), stat(path, { bigint: true }).catch(ifThere)])
  return found !== undefined && mine.ino === found.ino && mine.dev === found.dev
}

/** Writes a whole file or none. */
async function writeWhole(folder: string, texts: readonly string[]): Promise<void> {
  const name = join(folder, newName())
  const handle = await open(`${name}${part}`, 'wx', 0o600)
  try {
    for (let from = 0; from < texts.length; from += linesAtOnce)
      await handle.appendFile(`${texts.slice(from, from + linesAtOnce).join('\n')}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${name}${part}`, `${name}${written}`)
  await syncFolder(folder)
}

const linesAtOnce = 1000

/** How far each file was read, by its name without the ending that a compaction gives it. */
type Positions = Map<string, number> & EscrowPosition

async function readWhole(folder: string, since: Positions | null): Promise<EscrowContents> {
  for (let tries = 0; tries < mostListings; tries++) {
    const names = await namesIn(folder)
    const read = await readFiles(folder, names, since)
    // A file that was renamed or merged meanwhile may be in none of the listings: then everything is read again.
    if (read !== null && names.join() === (await namesIn(folder)).join()) return read
  }
  throw Object.assign(new Error('the folder of the escrow changes again and again'), { code: 'EBUSY' })
}

async function readFiles(
  folder: string,
  names: readonly string[],
  since: Positions | null,
): Promise<EscrowContents | null> {
  const texts: string[] = []
  const position: Positions = new Map()
  let bytes = 0
  for (const name of names) {
    const base = name.endsWith(taken) ? name.slice(0, -taken.length) : name
    const from = since?.get(base) ?? 0
    const found = await linesOf(join(folder, name), from)
    if (found === null) return null
    for (const line of found.lines) texts.push(line)
    position.set(base, found.end)
    bytes += found.bytes
  }
  return { texts, position, bytes }
}

/** The whole lines of a file from that byte on; `null`: it is not there. */
async function linesOf(path: string, from: number): Promise<{ lines: string[]; end: number; bytes: number } | null> {
  const info = await stat(path).catch(ifThere)
  if (info === undefined) return null
  if (info.size <= from) return { lines: [], end: from, bytes: info.size }
  const handle = await open(path, 'r').catch(ifThere)
  if (handle === undefined) return null
  try {
    const buffer = Buffer.alloc(info.size - from)
    let length = 0
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, from + length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    // The last line is not whole yet, or never will be.
    const end = buffer.subarray(0, length).lastIndexOf('\n') + 1
    const lines = buffer.subarray(0, end).toString('utf8').split('\n').filter(Boolean)
    return { lines, end: from + end, bytes: info.size }
  } finally {
    await handle.close()
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await ownIn(folder)).filter((name) => !name.endsWith(part)).sort()
}

/** What a compaction has left that was stopped. One that runs has it in its hands for minutes at most. */
async function removeOldParts(folder: string): Promise<void> {
  const parts = (await ownIn(folder)).filter((name) => name.endsWith(part))
  if (parts.length === 0) return
  const now = (await stat(folder)).mtimeMs
  for (const name of parts) {
    const info = await stat(join(folder, name)).catch(() => null)
    if (info && now - info.mtimeMs > 3_600_000) await rm(join(folder, name), { force: true })
  }
}

async function ownIn(folder: string): Promise<string[]> {
  return ((await readdir(folder).catch(ifThere)) ?? []).filter((name) => isOurs.test(name))
}

function newName(): string {
  return randomBytes(12).toString('hex')
}

/** Passes over what is not there. */
function ifThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

/** Rejects unless this process may write in the folder, or in the one in which it would be made. */
async function assertWritable(path: string): Promise<void> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (dirname(path) === path) throw error
    return ifThere(error)
  })
  if (info === undefined) return assertWritable(dirname(path))
  if (!info.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' })
  await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
}
