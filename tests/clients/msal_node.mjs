// npm @azure/msal-node, unmodified: client credentials and on-behalf-of.
import { ConfidentialClientApplication } from '@azure/msal-node'

const { authority, host, clientId, clientSecret, assertion } = JSON.parse(process.argv[2])
const app = new ConfidentialClientApplication({ auth: { clientId, clientSecret, authority, knownAuthorities: [host] } })
const own = await app.acquireTokenByClientCredential({ scopes: ['api://orders/.default'] })
const scopes = ['api://orders/order.read', 'api://orders/order.write']
const first = await app.acquireTokenOnBehalfOf({ oboAssertion: assertion, scopes })
const second = await app.acquireTokenOnBehalfOf({ oboAssertion: assertion, scopes })
let refusal
try {
  await app.acquireTokenOnBehalfOf({ oboAssertion: assertion, scopes: ['api://unconsented/everything'] })
} catch (error) {
  refusal = { kind: error.constructor.name, code: error.errorCode, suberror: error.subError, message: error.errorMessage }
}
console.log(JSON.stringify({
  own: own.accessToken, obo: first.accessToken, fromCache: second.fromCache, account: first.account?.username, refusal,
}))
