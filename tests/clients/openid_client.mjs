// npm openid-client, unmodified: discovery, code + PKCE, userinfo and refresh against the OIDC dialect.
// Reads { issuer, clientId, clientSecret, redirectUri } from the command line, asks the parent (a line on stdout) to
// walk the authorization URL and gets the callback URL back on stdin.
import * as client from 'openid-client'
import readline from 'node:readline'

const input = JSON.parse(process.argv[2])
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]()

const config = await client.discovery(new URL(input.issuer), input.clientId, input.clientSecret)
const codeVerifier = client.randomPKCECodeVerifier()
const state = client.randomState()
const nonce = client.randomNonce()
const url = client.buildAuthorizationUrl(config, {
  redirect_uri: input.redirectUri,
  scope: 'openid profile email offline_access ' + (input.scope ?? ''),
  code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
  code_challenge_method: 'S256',
  state,
  nonce,
})
console.log(url.href)
const callback = new URL((await lines.next()).value)
const tokens = await client.authorizationCodeGrant(config, callback, {
  pkceCodeVerifier: codeVerifier,
  expectedState: state,
  expectedNonce: nonce,
  idTokenExpected: true,
})
const claims = tokens.claims()
const plain = await client.refreshTokenGrant(config, tokens.refresh_token)
const userinfo = input.scope ? null : await client.fetchUserInfo(config, plain.access_token, claims.sub)
console.log(JSON.stringify({ claims, userinfo, scope: tokens.scope, refreshed: plain.access_token !== tokens.access_token }))
process.exit(0)
