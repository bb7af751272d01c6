// An app of some version of the tables: what it declares, and what it knows of earlier ones.
import { schemaHistory, type Collection, type SchemaHistory } from '@wedsync/merge'
import { allCollections, weddingSchemas, weddingSteps } from '@wedsync/wedding'

export type App = { collections: readonly Collection[]; schemas: SchemaHistory }

const apps = new Map<number, App>()

export const appOf = (version: number): App => {
  const app = apps.get(version) ?? madeFor(version)
  apps.set(version, app)
  return app
}

const madeFor = (version: number): App => {
  const past = weddingSchemas.past(version)
  if (!past) return { collections: allCollections, schemas: weddingSchemas }
  const collections = [...past.collections.values()]
  const steps = weddingSteps.slice(0, version)
  return {
    collections,
    schemas: schemaHistory({ current: version, collections, steps, stepsBack: Math.min(2, version) }),
  }
}
