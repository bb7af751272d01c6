// The product's API as `npm start` joins it, without demo data and without the web app, which would be built beside the
// measurement. Takes its settings from the environment; says where it listens.
import { keptSecret } from '@wedsync/postgres'
import { readConfig } from '../apps/api/src/config.ts'
import { createJoinedApi } from '../apps/api/src/create-joined-api.ts'
import { listen } from '../apps/api/src/listen.ts'
import { migrationsFolder, openDatabase } from '../apps/api/src/open-database.ts'

const config = readConfig(process.env, { project: import.meta.dirname, keptSecret })
const database = await openDatabase(config, migrationsFolder)
const { api, close } = await createJoinedApi(config, database)
const listening = await listen((request, environment) => api.fetch(request, environment), config)
process.send?.({ baseUrl: listening.address })

process.once('SIGTERM', () => {
  void listening
    .close()
    .then(close)
    .finally(() => process.exit(0))
})
