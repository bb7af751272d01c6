// Small faults in the rest of the merge, one by one.
import { partOfTheMutants } from './part-of-the-mutants.ts'

partOfTheMutants({ what: 'the rest of the merge', files: 'src/[f-z]*.ts', faultsMin: 500 })
