import { expect, test } from 'vitest'
import { countReport, type Report } from './count-report.ts'

const root = '/house'
const files = ['packages/merge/src/rebase.test.ts', 'tests/layers.test.ts']
const aReport = (...statuses: string[][]): Report => {
  const all = statuses.flat()
  return {
    numPassedTests: all.filter((status) => status === 'passed').length,
    numFailedTests: all.filter((status) => status === 'failed').length,
    testResults: statuses.map((one, index) => ({
      name: `${root}/${files[index]!}`,
      assertionResults: one.map((status, number) => ({ status, fullName: `${status} ${number}` })),
    })),
  }
}

test('what passed and what failed is counted', () => {
  expect(countReport(aReport(['passed', 'failed'], ['passed']), files, root, 1)).toEqual({
    passed: 2,
    failed: 1,
    complaints: [],
  })
})

test('a test that was skipped has failed', () => {
  const count = countReport(aReport(['passed', 'skipped'], ['passed', 'todo']), files, root, 0)
  expect(count).toEqual({ passed: 2, failed: 2, complaints: ['skipped: skipped 1', 'skipped: todo 1'] })
})

test('a file without a test has failed, and so has one the report does not know', () => {
  expect(countReport(aReport(['passed'], []), files, root, 1)).toMatchObject({ passed: 1, failed: 1 })
  expect(countReport(aReport(['passed']), files, root, 0)).toMatchObject({
    failed: 1,
    complaints: ['no test of tests/layers.test.ts ran'],
  })
})

test('an error outside of any test, and a run that never came to its report, have failed', () => {
  expect(countReport(aReport(['passed'], ['passed']), files, root, 1)).toMatchObject({ passed: 2, failed: 1 })
  expect(countReport(undefined, files, root, 1)).toMatchObject({ passed: 0, failed: 1 })
})
