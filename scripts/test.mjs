// `npm test`: every level of tests there is, one after the other, and on past one that fails. Ends with a table and, as
// its very last line, `N passed, M failed`. What was skipped has shown nothing, so it counts as failed.
// `npm test -- unit browser` runs those levels only; `npm run test:long` the parts that take longer than a push should wait.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { runChecks } from './check.mjs'
import { failureCodes, syncErrors } from '../packages/protocol/src/errors.ts'
import { addAccounts } from './add-accounts.ts'
import { complaintsAbout, readCodes } from './count-codes.ts'
import { countReport } from './count-report.ts'
import { filesOf, longStage, stages } from './stages.ts'

const root = path.resolve(import.meta.dirname, '..')
const reports = path.join(root, '.test')
/** Servers and commands that tests start load the same files every time: what Node made of them is kept, half of their start. */
const compiled = path.join(root, 'node_modules', '.cache', 'wedsync', 'compiled')
/** A level that hangs is stopped and told, before whoever waits for the whole gives up. */
const stageMinutesMax = 9
const longMinutesMax = 24 * 60

const main = async (words) => {
  const isLong = words.includes('--long')
  const names = words.filter((word) => !word.startsWith('-'))
  const levels = isLong ? findLongParts(names) : findLevels(names)
  const unknown = isLong ? [] : names.filter((name) => !levels.some((level) => level.name === name))
  mkdirSync(reports, { recursive: true })

  const results = []
  for (const [index, level] of levels.entries()) {
    console.log(
      `\n── ${level.name}  (${index + 1} of ${levels.length}${level.files ? `, ${level.files.length} files` : ''})\n`,
    )
    const began = performance.now()
    const result = await level.run()
    results.push({ name: level.name, seconds: (performance.now() - began) / 1000, ...result })
    for (const complaint of result.complaints ?? []) console.log(`✗ ${level.name}: ${complaint}`)
  }
  for (const name of unknown) results.push(nothingThere(name, 'there are no tests of this name'))
  if (isLong && levels.length === 0)
    results.push(
      nothingThere(
        'long',
        names.length ? `no long part is named ${names.join(' or ')}` : 'there are no long parts yet',
      ),
    )
  if (isLong) console.log(`\n${addAccounts(path.join(reports, 'accounts'))}`)
  return conclude(results)
}

const findLevels = (names) => {
  // the floors are held by a unit test, which runs there
  const check = { name: 'check', run: () => runChecks({ without: ['layers'] }) }
  const withTests = stages.map((stage) => ({ stage, files: filesOf(stage) })).filter(({ files }) => files.length > 0)
  const all = [check, ...withTests.map(({ stage, files }) => levelOf(stage, files, stageMinutesMax))]
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name))
}

const findLongParts = (names) => {
  const parts = filesOf(longStage).filter((file) => names.length === 0 || names.some((name) => file.includes(name)))
  return parts.map((file) => ({
    ...levelOf(longStage, [file], longMinutesMax),
    name: path.basename(file).split('.')[0],
  }))
}

const levelOf = (stage, files, minutesMax) => ({
  name: stage.name,
  files,
  run: () => runStage(stage, files, minutesMax),
})

const runStage = async (stage, files, minutesMax) => {
  const report = path.join(reports, `${stage.name}.json`)
  rmSync(report, { force: true })
  const codes = path.join(reports, 'codes', stage.name)
  rmSync(codes, { recursive: true, force: true })
  mkdirSync(codes, { recursive: true })
  const { code, isTooLate } = await runVitest(
    [
      ...['run', '--project', stage.name, '--reporter', 'default', '--reporter', 'json', `--outputFile.json=${report}`],
      // only a long part is picked by its file: a whole level finds its own
      ...(stage === longStage ? files : []),
    ],
    minutesMax,
    { WEDSYNC_CODES: codes, NODE_COMPILE_CACHE: compiled },
  )
  if (isTooLate) return { passed: 0, failed: 1, complaints: [`stopped after ${minutesMax} minutes`] }
  const counted = countReport(readReport(report), files, root, code)
  // a level that failed did not run whole: what it did not provoke says nothing yet
  if (!stage.provokesCodes || counted.failed > 0) return counted
  const registry = [...Object.keys(syncErrors), ...Object.keys(failureCodes)]
  const complaints = complaintsAbout(readCodes(codes), registry)
  return { ...counted, failed: complaints.length, complaints }
}

const runVitest = (args, minutesMax, environment) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...environment, CI: '1', [process.stdout.isTTY ? 'FORCE_COLOR' : 'NO_COLOR']: '1' },
      // a group of its own: servers and browsers that tests start are reached with it
      detached: process.platform !== 'win32',
    })
    let isTooLate = false
    const stop = (signal) => {
      try {
        process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal)
      } catch {
        // it has ended by itself
      }
    }
    const late = setTimeout(() => {
      isTooLate = true
      stop('SIGTERM')
      setTimeout(stop, 5000, 'SIGKILL').unref()
    }, minutesMax * 60_000)
    const leave = (signal) => {
      stop(signal)
      setTimeout(stop, 5000, 'SIGKILL').unref()
      child.once('close', () => process.exit(130))
    }
    process.once('SIGINT', leave).once('SIGTERM', leave)
    child.on('close', (code) => {
      clearTimeout(late)
      process.off('SIGINT', leave).off('SIGTERM', leave)
      resolve({ code, isTooLate })
    })
  })

const readReport = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

const nothingThere = (name, why) => {
  console.log(`✗ ${name}: ${why}`)
  return { name, seconds: 0, passed: 0, failed: 1 }
}

const conclude = (results) => {
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0)
  const line = (name, passed, failed, seconds) =>
    `${name.padEnd(14)}${String(passed).padStart(8)}${String(failed).padStart(8)}${`${seconds} s`.padStart(10)}`
  console.log(`\n${'level'.padEnd(14)}${'passed'.padStart(8)}${'failed'.padStart(8)}${'time'.padStart(10)}`)
  for (const { name, passed, failed, seconds } of results) console.log(line(name, passed, failed, seconds.toFixed(1)))
  console.log(`${line('all', total('passed'), total('failed'), total('seconds').toFixed(1))}\n`)
  console.log(`${total('passed')} passed, ${total('failed')} failed`)
  return total('failed') === 0 && total('passed') > 0 ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
