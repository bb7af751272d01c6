// A real address for keys, as Supabase has one: hands out what it holds just now, counts how often it was asked, and can be
// away in the ways an address is away. For tests only.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose'
import { atTheEnd } from './a-wedding.ts'

export type Algorithm = 'ES256' | 'RS256'
export type SigningKey = { kid: string; alg: Algorithm; jwk: JWK; privateKey: CryptoKey }

export const aSigningKey = async (kid: string, alg: Algorithm): Promise<SigningKey> => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

export const signedBy = ({ kid, alg, privateKey }: SigningKey, payload: JWTPayload, header: object = {}) =>
  new SignJWT(payload).setProtectedHeader({ alg, kid, ...header }).sign(privateKey)

type Manner = 'well' | 'broken' | 'not json' | 'no keys' | 'silent'

export const aKeyServer = async (...held: SigningKey[]) => {
  const state = { held, asked: 0, manner: 'well' as Manner }
  const server = createServer((_request, response) => {
    state.asked += 1
    if (state.manner === 'silent') return
    if (state.manner === 'broken') response.statusCode = 500
    const text = JSON.stringify(
      state.manner === 'no keys' ? { message: 'try later' } : { keys: state.held.map(({ jwk }) => jwk) },
    )
    response.setHeader('content-type', 'application/json').end(state.manner === 'not json' ? '<html>' : text)
  })
  const listen = async (port = 0) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const port = await listen()
  const goAway = async () => {
    server.closeAllConnections()
    if (server.listening) await new Promise((done) => server.close(done))
  }
  atTheEnd(goAway)
  return { state, url: `http://127.0.0.1:${port}/keys`, goAway, comeBack: () => listen(port) }
}
