// The process that builds the app, started by build-web-app: arguments are Vite's own module, the app's folder and the
// folder for the result. Its standard input is held open by the server; when that dies, however it dies, so does this.
import { pathToFileURL } from 'node:url'

type Vite = { build: (options: object) => Promise<unknown> }

process.stdin.on('end', () => process.exit(1)).resume()
const [vite, root, outDir] = process.argv.slice(2)
try {
  const { build } = (await import(pathToFileURL(vite!).href)) as Vite
  await build({ root, logLevel: 'silent', build: { outDir, emptyOutDir: true } })
  process.exit(0)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
