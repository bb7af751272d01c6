// Takes vitest's report of a level and the files that level has; hands back how many tests passed and failed, and what
// nobody would notice from the report alone. What was skipped has shown nothing, so it counts as failed.  Pure.

/** As vitest's JSON reporter writes it. */
export type Report = {
  numPassedTests: number
  numFailedTests: number
  testResults: { name: string; assertionResults: { status: string; fullName: string }[] }[]
}
export type Count = { passed: number; failed: number; complaints: string[] }

export const countReport = (
  report: Report | undefined,
  files: string[],
  root: string,
  exitCode: number | null,
): Count => {
  if (!report) return { passed: 0, failed: 1, complaints: ['vitest ended without a report'] }
  const all = report.testResults.flatMap(({ assertionResults }) => assertionResults)
  const skipped = all.filter(({ status }) => status !== 'passed' && status !== 'failed')
  const withTests = new Set(
    report.testResults
      .filter(({ assertionResults }) => assertionResults.length > 0)
      .map(({ name }) => inOneSpelling(name).slice(inOneSpelling(root).length + 1)),
  )
  // a file that cannot be loaded has no tests either, and vitest counts none of it
  const silent = files.filter((file) => !withTests.has(inOneSpelling(file)))
  const complaints = [
    ...skipped.map(({ fullName }) => `skipped: ${fullName}`),
    ...silent.map((file) => `no test of ${file} ran`),
  ]
  if (exitCode !== 0 && report.numFailedTests + silent.length === 0)
    complaints.push('an error outside of any test (see above)')
  return { passed: report.numPassedTests, failed: report.numFailedTests + complaints.length, complaints }
}

const inOneSpelling = (file: string): string => file.replaceAll('\\', '/')
