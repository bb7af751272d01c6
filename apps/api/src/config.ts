// Takes the environment, once; hands back one frozen object, or stops with a list of everything that is wrong with it.
// Nothing else in the API reads the environment (H31). Values that are secret are never repeated.
import path from 'node:path'

export type LogLevel = (typeof logLevels)[number]

export type Config = Readonly<{
  host: string
  port: number
  /** Where the embedded database and the secrets made for it are kept. */
  home: string
  /** Undefined: the embedded PostgreSQL. `directUrl` goes past a transaction pooler: migrations and LISTEN need it. */
  database: Readonly<{ url: string; directUrl: string }> | undefined
  tokens: Readonly<{
    secret: string | undefined
    jwksUrl: string | undefined
    issuer: string | undefined
    audience: string | undefined
  }>
  /** Demo data, and sign-in as one of its people. */
  isDemo: boolean
  /** Batches with changes, a user; 0 switches every limit off. */
  rateLimitPerMinute: number
  /** Who may read `/metrics`; undefined: nobody. */
  metricsToken: string | undefined
  logLevel: LogLevel
  /** npm is our parent: when it goes, so do we. */
  isStartedByNpm: boolean
}>

export class ConfigProblem extends Error {
  override name = 'ConfigProblem'
}

type Environment = Readonly<Record<string, string | undefined>>
type Around = {
  project: string
  /** The secret kept in a file, made on first use. */
  keptSecret: (file: string) => string
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
/** HS256 is as strong as its key, and SHA-256 uses 32 bytes of it. */
const secretBytesMin = 32
const metricsTokenMin = 16

export const readConfig = (environment: Environment, { project, keptSecret }: Around): Config => {
  const wrong: string[] = []
  const read = readers(environment, wrong)

  const url = read.address('DATABASE_URL', ['postgres:', 'postgresql:'])
  const directUrl = read.address('DATABASE_DIRECT_URL', ['postgres:', 'postgresql:'])
  const isEmbedded = read.text('DATABASE_URL') === undefined
  const secret = read.text('JWT_SECRET')
  const jwksUrl = read.address('JWKS_URL', ['https:', 'http:'])
  const isDemo = read.oneOf('WEDSYNC_DEMO', ['0', '1'], isEmbedded ? '1' : '0') === '1'
  const config = {
    host: read.text('HOST') ?? '127.0.0.1',
    port: read.wholeNumber('PORT', 4400, 65535),
    home: path.resolve(read.text('WEDSYNC_HOME') ?? path.join(project, '.wedsync')),
    database: url === undefined ? undefined : { url, directUrl: directUrl ?? url },
    isDemo,
    rateLimitPerMinute: read.wholeNumber('RATE_LIMIT_PER_MINUTE', 10, 1_000_000),
    metricsToken: read.text('METRICS_TOKEN'),
    logLevel: read.oneOf('LOG_LEVEL', logLevels, 'info'),
    isStartedByNpm: read.text('npm_lifecycle_event') !== undefined,
  }

  if (isEmbedded && directUrl !== undefined)
    wrong.push('DATABASE_DIRECT_URL is set without DATABASE_URL: set both, or neither.')
  if (secret !== undefined && Buffer.byteLength(secret) < secretBytesMin)
    wrong.push(
      `JWT_SECRET is shorter than ${secretBytesMin} bytes: take a longer one, such as \`openssl rand -base64 48\` prints.`,
    )
  if (config.metricsToken !== undefined && config.metricsToken.length < metricsTokenMin)
    wrong.push(
      `METRICS_TOKEN is shorter than ${metricsTokenMin} characters: whoever guesses it reads how busy you are.`,
    )
  if (jwksUrl?.startsWith('http:') && !isOfThisMachine(jwksUrl))
    wrong.push('JWKS_URL is not https: whoever sits on the way could hand us keys of their own.')
  if (!isEmbedded && secret === undefined && read.text('JWKS_URL') === undefined)
    wrong.push(
      'DATABASE_URL is set, and neither JWT_SECRET nor JWKS_URL: without one of them nobody can be recognized.',
    )
  if (!isEmbedded && isDemo && secret === undefined)
    wrong.push('WEDSYNC_DEMO=1 signs demo people in with tokens of its own: with DATABASE_URL set it needs JWT_SECRET.')
  if (wrong.length > 0) throw new ConfigProblem(inWords(wrong))

  const tokens = {
    secret: secret ?? (isEmbedded ? keptSecret(path.join(config.home, 'jwt-secret')) : undefined),
    jwksUrl,
    issuer: read.text('JWT_ISSUER'),
    audience: read.text('JWT_AUDIENCE'),
  }
  return Object.freeze({ ...config, database: Object.freeze(config.database), tokens: Object.freeze(tokens) })
}

/** Each looks at one variable, notes what is wrong with it, and goes on with something harmless. */
const readers = (environment: Environment, wrong: string[]) => {
  // an empty one is as good as none: that is how a line of .env is left blank
  const text = (name: string): string | undefined => environment[name]?.trim() || undefined
  return {
    text,
    wholeNumber(name: string, otherwise: number, max: number): number {
      const given = text(name)
      if (given === undefined) return otherwise
      if (/^\d{1,9}$/.test(given) && Number(given) <= max) return Number(given)
      wrong.push(`${name} is "${given}": it takes a whole number from 0 to ${max}.`)
      return otherwise
    },
    oneOf<Word extends string>(name: string, words: readonly Word[], otherwise: Word): Word {
      const given = text(name)
      const word = words.find((one) => one === given)
      if (given !== undefined && word === undefined)
        wrong.push(`${name} is "${given}": it takes one of ${words.join(', ')}.`)
      return word ?? otherwise
    },
    address(name: string, protocols: string[]): string | undefined {
      const given = text(name)
      if (given === undefined) return undefined
      if (URL.canParse(given) && protocols.includes(new URL(given).protocol)) return given
      wrong.push(`${name} is no address that begins with ${protocols.map((one) => `${one}//`).join(' or ')}.`)
      return undefined
    },
  }
}

const isOfThisMachine = (url: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)

const inWords = (wrong: string[]): string =>
  [`The settings are not right (.env.example shows them all):`, ...wrong.map((one) => `  - ${one}`)].join('\n')
