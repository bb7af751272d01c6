// Small faults in what is declared and how apps of other versions are understood, one by one.
import { partOfTheMutants } from './part-of-the-mutants.ts'

partOfTheMutants({
  what: 'what is declared and how apps of other versions are understood',
  files: 'src/schema/**/*.ts,src/[a-e]*.ts',
  faultsMin: 500,
})
