// Takes the folder of a built app; hands back its files by the path they are asked for. Read once into memory: what is
// not in the list cannot be asked for, whatever dots and slashes a path is made of.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { stampName } from './fingerprint-sources.ts'

export type WebFile = {
  body: Uint8Array<ArrayBuffer>
  zipped: Uint8Array<ArrayBuffer> | undefined
  etag: string
  headers: Record<string, string>
}
export type WebFiles = ReadonlyMap<string, WebFile>

export const readWebApp = (dist: string): WebFiles => {
  const entries = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const files = entries
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => path.basename(file) !== stampName)
  return new Map(files.map((file) => [`/${path.relative(dist, file).replaceAll('\\', '/')}`, readFile(dist, file)]))
}

const readFile = (dist: string, file: string): WebFile => {
  const body = new Uint8Array(readFileSync(file))
  const ending = path.extname(file).slice(1)
  const isText = /^(html|js|mjs|css|json|webmanifest|svg|txt|map)$/.test(ending)
  // the name of a hashed file changes with its contents; any other is asked about again
  const isHashed = path.relative(dist, file).startsWith(`assets${path.sep}`)
  return {
    body,
    zipped: isText ? new Uint8Array(gzipSync(body)) : undefined,
    etag: createHash('sha256').update(body).digest('base64url').slice(0, 22),
    headers: {
      'Content-Type': kinds[ending] ?? 'application/octet-stream',
      'Cache-Control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  }
}

const kinds: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json',
  map: 'application/json',
  webmanifest: 'application/manifest+json',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  txt: 'text/plain; charset=utf-8',
  wasm: 'application/wasm',
}
