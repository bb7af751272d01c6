import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { walkData } from './walk-data.ts'

test('what only a running server needs is left out, the folders it wants are kept empty, and the control file is last', async () => {
  const data = aFolderOf([
    ...['PG_VERSION', 'postgresql.auto.conf', 'global/1262', 'global/pg_control', 'base/5/1259', 'base/5/16384_init'],
    ...['postmaster.pid', 'postmaster.opts', 'backup_label', 'backup_label.old', 'tablespace_map', 'current_logfiles'],
    ...['postgresql.auto.conf.tmp', 'global/pg_internal.init', 'base/5/pg_internal.init.77', 'base/5/t3_16390_fsm'],
    ...['base/pgsql_tmp/pgsql_tmp9.0', 'base/pgsql_tmp9/x', 'pg_wal/000000010000000000000001', 'pg_replslot/one/state'],
    ...['pg_stat_tmp/global.stat', 'pg_notify/0000', 'pg_subtrans/0000', 'pg_xact/0000', 'pg_stat/pgstat.stat'],
  ])
  const [folders, files] = await walked(data)
  expect(files.at(-1)).toBe('global/pg_control')
  expect(files.toSorted()).toEqual([
    ...['PG_VERSION', 'base/5/1259', 'base/5/16384_init', 'global/1262', 'global/pg_control', 'pg_stat/pgstat.stat'],
    ...['pg_xact/0000', 'postgresql.auto.conf'],
  ])
  expect(folders.toSorted()).toEqual([
    ...[
      'base',
      'base/5',
      'global',
      'pg_notify',
      'pg_replslot',
      'pg_stat',
      'pg_stat_tmp',
      'pg_subtrans',
      'pg_wal',
      'pg_xact',
    ],
  ])
})

test('a database that is dropped while we look is no reason to stop', async () => {
  const data = aFolderOf(['base/5/1259', 'base/9/1259', 'global/pg_control'])
  const seen: string[] = []
  for await (const { path: name } of walkData(data)) {
    seen.push(name)
    if (name === 'base/9') rmSync(path.join(data, 'base/9'), { recursive: true })
  }
  expect(seen).toEqual(['base', 'base/5', 'base/5/1259', 'base/9', 'global', 'global/pg_control'])
})

const walked = async (data: string): Promise<[folders: string[], files: string[]]> => {
  const entries = await Array.fromAsync(walkData(data))
  const named = (wanted: string) => entries.filter(({ kind }) => kind === wanted).map((entry) => entry.path)
  return [named('folder'), named('file')]
}

const aFolderOf = (files: string[]): string => {
  const data = mkdtempSync(path.join(os.tmpdir(), 'wedsync-walk-'))
  onTestFinished(() => rmSync(data, { recursive: true }))
  for (const file of files) {
    mkdirSync(path.join(data, path.dirname(file)), { recursive: true })
    writeFileSync(path.join(data, file), file)
  }
  return data
}
