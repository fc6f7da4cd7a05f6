// npm node-sp-auth, unmodified: realm discovery, metadata, app-only token; and its TokenHelper for provider-hosted apps.
// What internal DNS does for programs with a built-in host name is done here: its connections lead to the server.
import https from 'node:https'
import tls from 'node:tls'
import spauth from 'node-sp-auth'

const { site, port, clientId, clientSecret } = JSON.parse(process.argv[2])
const BUILT_IN = 'accounts.accesscontrol.windows.net'
const connect = https.globalAgent.createConnection
https.globalAgent.createConnection = function (options, done) {
  if (options.host !== BUILT_IN) return connect.call(this, options, done)
  return tls.connect({ ...options, host: '127.0.0.1', port, servername: BUILT_IN })
}

const bearer = async secret => {
  const auth = await spauth.getAuth(site, { clientId, clientSecret: secret })
  return auth.headers.Authorization.replace('Bearer ', '')
}
const appOnly = await bearer(clientSecret)
// The client does not look at the status: it would send what it found in the error body as its token.
const refused = await bearer('MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI=')
const realm = JSON.parse(Buffer.from(appOnly.split('.')[1], 'base64url')).iss.split('@')[1]
const authData = { realm, securityTokenServiceUri: `https://127.0.0.1:${port}/tokens/OAuth/2` }
// The helper names host and port of the site; it is declared without one.
const declared = site.replace(/:\d+\//, '/')
const helper = await spauth.TokenHelper.getAppOnlyAccessToken(declared, authData, { clientId, clientSecret })
console.log(JSON.stringify({ appOnly, helper: helper.value, expireOn: helper.expireOn.getTime(), refused }))
