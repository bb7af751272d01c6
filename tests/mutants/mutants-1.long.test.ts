// Small faults in the rules, one by one.
import { partOfTheMutants } from './part-of-the-mutants.ts'

partOfTheMutants({ what: 'the rules', files: 'src/rules/**/*.ts', faultsMin: 500 })
