/** One spelling of a record's place, for maps. */
export const keyOf = ({ table, id }: { table: string; id: string }): string => `${table}/${id}`
