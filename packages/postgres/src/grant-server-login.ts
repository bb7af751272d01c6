// Takes an admin's address and a password; from then on the role the server connects with lets in whoever knows it.
// Hands back the server's own address: same machine, same database, a role that owns nothing.  Keeps P7.
import pg from 'pg'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from './connect.ts'
import { PostgresProblem, reasonOf } from './postgres-problem.ts'

export const serverRole = 'wedsync_server'

export const grantServerLogin = async (adminUrl: string, password: string): Promise<string> => {
  const session = await connect(adminUrl)
  try {
    await alterRole(session, password)
  } finally {
    await session.end()
  }
  return serverUrlFor(adminUrl, password)
}

/** The admin's address with the server's role and password in it. A pooler's user is `role.project`: the project stays. */
export const serverUrlFor = (adminUrl: string, password: string): string => {
  const url = new URL(adminUrl)
  const project = /\..+$/.exec(decodeURIComponent(url.username))?.[0] ?? ''
  url.username = encodeURIComponent(`${serverRole}${project}`)
  url.password = encodeURIComponent(password)
  // an address without a machine (a socket's folder as a parameter) takes no user
  if (!url.username)
    throw new PostgresProblem('The address of the database names no machine: postgres://user:password@host/name.')
  return url.href
}

/** Whether the address lets its user in; somebody else may have given the role this very password. */
export const canLogIn = async (url: string): Promise<boolean> => {
  try {
    await (await connect(url)).end()
    return true
  } catch {
    return false
  }
}

const alterRole = async (session: pg.Client, password: string): Promise<void> => {
  for (let tries = 1; ; tries += 1)
    try {
      await session.query(`alter role ${serverRole} login password ${pg.escapeLiteral(password)}`)
      return
    } catch (error) {
      const { code } = error as pg.DatabaseError
      if (code === '42704')
        throw new PostgresProblem(
          `The role ${serverRole} is missing: the migrations make it, so run \`npm run db:migrate\` first.`,
        )
      // roles belong to the whole cluster: somebody on another database of it alters this one in the same instant
      if (code !== 'XX000' || tries === 10)
        throw new PostgresProblem(`The role ${serverRole} cannot be given its password: ${reasonOf(error)}.`, {
          cause: error,
        })
      await sleep(20 * tries)
    }
}
