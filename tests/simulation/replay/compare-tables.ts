// Holds what is left in the tables of the model and of PostgreSQL against each other, row by row.
import type pg from 'pg'
import { differing, shown } from './compare-answers.ts'
import type { Names } from './names.ts'
import type { Tables } from './tables-of-model.ts'
import { tablesOfPostgres } from './tables-of-postgres.ts'

export const compareTables = async (model: Tables, admin: pg.Pool, names: Names): Promise<string[]> => {
  const real = await tablesOfPostgres(admin)
  return [...model].flatMap(([kind, rows]) => {
    const others = real.get(kind)!
    return [...new Set([...rows.keys(), ...others.keys()])].flatMap((key) => {
      const [one, other] = [rows.get(key), others.get(key)]
      const at = `${kind} ${key}`
      if (one === undefined || other === undefined)
        return [`${at} is only in ${one === undefined ? 'PostgreSQL' : 'the model'}: ${shown(one ?? other)}`]
      return differing(one, other, '', names).map((says) => `${at}${says}`)
    })
  })
}
