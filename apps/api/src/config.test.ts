import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const project = path.resolve(import.meta.dirname, '../../..')
const secret = 'a secret that is thirty-two bytes long'
const read = (environment: Record<string, string>) =>
  readConfig(environment, { project: '/project', keptSecret: (file) => `kept in ${file}` })

test('with no settings at all it is the embedded demo on this machine', () => {
  const config = read({})
  expect(config).toEqual({
    host: '127.0.0.1',
    port: 4400,
    home: '/project/.wedsync',
    database: undefined,
    tokens: {
      secret: 'kept in /project/.wedsync/jwt-secret',
      jwksUrl: undefined,
      issuer: undefined,
      audience: undefined,
    },
    isDemo: true,
    rateLimitPerMinute: 10,
    metricsToken: undefined,
    logLevel: 'info',
    isStartedByNpm: false,
  })
  expect(Object.isFrozen(config)).toBe(true)
  expect(Object.isFrozen(config.tokens)).toBe(true)
})

test('every setting is read', () => {
  const config = read({
    HOST: '0.0.0.0',
    PORT: '0',
    DATABASE_URL: 'postgres://server:pw@db:6543/plans',
    DATABASE_DIRECT_URL: 'postgresql://admin:pw@db/plans',
    WEDSYNC_HOME: '/srv/wedsync',
    WEDSYNC_DEMO: '1',
    RATE_LIMIT_PER_MINUTE: '0',
    JWT_SECRET: secret,
    JWKS_URL: 'https://plans.supabase.co/auth/v1/.well-known/jwks.json',
    JWT_ISSUER: 'https://plans.supabase.co/auth/v1',
    JWT_AUDIENCE: 'authenticated',
    METRICS_TOKEN: 'read-by-prometheus-alone',
    LOG_LEVEL: 'warn',
    npm_lifecycle_event: 'start',
  })
  expect(config).toEqual({
    host: '0.0.0.0',
    port: 0,
    home: '/srv/wedsync',
    database: { url: 'postgres://server:pw@db:6543/plans', directUrl: 'postgresql://admin:pw@db/plans' },
    tokens: {
      secret,
      jwksUrl: 'https://plans.supabase.co/auth/v1/.well-known/jwks.json',
      issuer: 'https://plans.supabase.co/auth/v1',
      audience: 'authenticated',
    },
    isDemo: true,
    rateLimitPerMinute: 0,
    metricsToken: 'read-by-prometheus-alone',
    logLevel: 'warn',
    isStartedByNpm: true,
  })
})

test('a token for the counters that could be guessed is refused', () => {
  expect(() => read({ METRICS_TOKEN: 'short' })).toThrow('METRICS_TOKEN is shorter')
})

test('a database of one’s own brings no demo, and needs a way to recognize people', () => {
  expect(() => read({ DATABASE_URL: 'postgres://db/plans' })).toThrow('neither JWT_SECRET nor JWKS_URL')
  const config = read({ DATABASE_URL: 'postgres://db/plans', JWKS_URL: 'https://plans.supabase.co/keys' })
  expect(config.isDemo).toBe(false)
  expect(config.tokens.secret).toBeUndefined()
  expect(config.database).toEqual({ url: 'postgres://db/plans', directUrl: 'postgres://db/plans' })
})

test('a secret that is too short is refused, counted in bytes', () => {
  expect(() => read({ JWT_SECRET: 'x'.repeat(31) })).toThrow('JWT_SECRET is shorter than 32 bytes')
  expect(read({ JWT_SECRET: 'ü'.repeat(16) }).tokens.secret).toBe('ü'.repeat(16))
})

test('everything that is wrong is told at once, and no secret is repeated', () => {
  const environment = {
    PORT: '70000',
    DATABASE_URL: 'mysql://root:hunter2@db',
    JWT_SECRET: 'hunter2',
    JWKS_URL: 'http://keys.example.com',
    WEDSYNC_DEMO: 'yes',
    RATE_LIMIT_PER_MINUTE: '-1',
    LOG_LEVEL: 'loud',
  }
  const told = messageOf(() => read(environment))
  for (const name of Object.keys(environment)) expect(told).toContain(`- ${name}`)
  expect(told).not.toContain('hunter2')
})

test('keys are fetched over https, except from this machine', () => {
  expect(() => read({ JWKS_URL: 'http://keys.example.com' })).toThrow('JWKS_URL is not https')
  expect(read({ JWKS_URL: 'http://localhost:9999/keys' }).tokens.jwksUrl).toBe('http://localhost:9999/keys')
})

test('a blank line in .env is as good as none', () => {
  expect(read({ PORT: '', DATABASE_URL: ' ', JWT_SECRET: '' })).toEqual(read({}))
})

test('.env.example shows every setting the code reads, and no other', () => {
  const shown = [...readFileSync(path.join(project, '.env.example'), 'utf8').matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)]
  const readHere = [
    ...readFileSync(path.join(import.meta.dirname, 'config.ts'), 'utf8').matchAll(/'([A-Z]+_?[A-Z_]*)'/g),
  ]
  expect(new Set(shown.map(([, name]) => name))).toEqual(new Set(readHere.map(([, name]) => name)))
})

const messageOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return (error as Error).message
  }
  return ''
}
