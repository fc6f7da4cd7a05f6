// A real browser, without a mouse and with JavaScript switched off where asked: signs in, consents, signs out.
// Prints what it saw as JSON; writes screenshots when a directory is given.
import { chromium } from 'playwright-core'

const { url, signOut, username, password, redirectUri, javaScript, width, screenshots } = JSON.parse(process.argv[2])
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
})
const context = await browser.newContext({
  ignoreHTTPSErrors: true, javaScriptEnabled: javaScript, viewport: { width, height: 800 },
})
let page = await context.newPage()
const seen = { titles: [], labels: [], overflow: [], consoleErrors: [] }
page.on('console', (message) => message.type() === 'error' && seen.consoleErrors.push(message.text()))

// Nobody listens at the client's address: what the browser would have sent there is all that matters.
let callback
page.on('request', (request) => {
  if (request.url().startsWith(redirectUri)) callback = { url: request.url(), body: request.postData() }
})

async function look(name) {
  seen.titles.push(await page.title())
  seen.labels.push(await page.locator('label').allTextContents())
  if (javaScript) {
    seen.overflow.push(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth))
  }
  if (screenshots) await page.screenshot({ path: `${screenshots}/${name}-${width}.png`, fullPage: true })
}

const enter = () => Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]).catch((error) => {
  if (!callback) throw error
})

await page.goto(url)
await look('sign-in')
// Only the keyboard: the first field has the focus or is one Tab away.
await page.locator('input[name=username]').focus()
await page.keyboard.type(username)
await page.keyboard.press('Tab')
await page.keyboard.type('not the password')
await enter()
await look('sign-in-refused')
seen.refusal = await page.locator('[role=alert]').allTextContents()
await page.locator('input[name=username]').fill(username)
await page.locator('input[name=password]').focus()
await page.keyboard.type(password)
await enter()
if (!callback) {
  await look('consent')
  const accept = page.locator('button[value=accept]')
  if (await accept.count()) {
    await accept.focus()
    await enter()
  }
}
if (!callback) await page.waitForRequest((request) => request.url().startsWith(redirectUri), { timeout: 5000 }).catch(() => {})
seen.callback = callback
if (signOut) {
  page = await context.newPage()
  callback = undefined
  await page.goto(signOut)
  await look('sign-out')
  await page.locator('button[type=submit], button:not([type])').first().focus()
  await enter()
  await look('signed-out')
  await page.goto(url)
  seen.asksAgain = (await page.locator('input[name=password]').count()) === 1
}
await browser.close()
console.log(JSON.stringify(seen))
