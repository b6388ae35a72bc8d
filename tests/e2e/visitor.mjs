// A shop's page and its visitors in a real browser, driven by lines of JSON on standard input; each is answered by one line.
//   {"do":"shop"}                                   -> {"origin":"http://127.0.0.1:PORT"}
//   {"do":"visit","as":NAME,"hub":URL,"key":KEY}    a new visitor on the shop's page
//   {"do":"identify","as":NAME,"who":{…}}           what the shop's server says of the visitor
//   {"do":"introduce","as":NAME,"name":…,"email":…} fills in the form before the chat
//   {"do":"write","as":NAME,"text":…}  {"do":"sees","as":NAME,"text":…}  {"do":"count","as":NAME,"text":…}
//   {"do":"marked","as":NAME,"state":"read"}        waits for a tick
//   {"do":"shot","as":NAME,"path":FILE}  {"do":"end"}
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const visitors = new Map();
let shop, browser;
let script = '';

const actions = {
  async shop() {
    shop = createServer((_, answer) => {
      answer.setHeader('Content-Type', 'text/html; charset=utf-8');
      answer.end(`<!doctype html><meta charset=utf-8><title>Juniper and Kiln</title><h1>Cups and bowls</h1>${script}`);
    });
    await new Promise((done) => shop.listen(0, '127.0.0.1', done));
    return { origin: `http://127.0.0.1:${shop.address().port}` };
  },
  async visit({ as, hub, key }) {
    browser ??= await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync'],
    });
    script = `<script async src="${hub}/w/${key}.js"></script>`;
    const context = await browser.newContext({ viewport: { width: 1100, height: 760 } });
    const page = await context.newPage();
    page.setDefaultTimeout(30000);
    await page.goto(`http://127.0.0.1:${shop.address().port}/`);
    await page.waitForFunction(() => window.Tributary && window.Tributary.loaded);
    visitors.set(as, { page, frame: page.frameLocator('iframe') });
  },
  identify: ({ as, who }) => visitors.get(as).page.evaluate((one) => window.Tributary.identify(one), who),
  async open({ as }) {
    const { page, frame } = visitors.get(as);
    await page.evaluate(() => window.Tributary.open());
    await frame.locator('#close').waitFor({ state: 'visible' });
  },
  async introduce({ as, name, email }) {
    const { frame } = visitors.get(as);
    await frame.locator('#name').fill(name);
    await frame.locator('#email').fill(email);
    await frame.locator('#begin').click();
    await frame.locator('#text').waitFor({ state: 'visible' });
  },
  async write({ as, text }) {
    const { frame } = visitors.get(as);
    const skip = frame.locator('#skip');
    const field = frame.locator('#text');
    for (;;) {
      await Promise.race([skip.waitFor({ state: 'visible' }), field.waitFor({ state: 'visible' })]);
      if (!await skip.isVisible()) break;
      await skip.click({ timeout: 2000 }).catch(() => {}); // it may go while we reach for it
    }
    await field.fill(text);
    await field.press('Enter');
  },
  sees: ({ as, text }) => visitors.get(as).frame.locator('.bubble', { hasText: text }).first().waitFor(),
  marked: ({ as, state }) => visitors.get(as).frame.locator(`.mark[data-state=${state}]`).first().waitFor(),
  async count({ as, text }) {
    return { count: await visitors.get(as).frame.locator('.bubble', { hasText: text }).count() };
  },
  shot: ({ as, path }) => visitors.get(as).page.screenshot({ path }),
  async end() {
    await browser?.close();
    shop?.close();
  },
};

for await (const line of createInterface(process.stdin)) {
  const asked = JSON.parse(line);
  try {
    console.log(JSON.stringify({ ok: true, ...(await actions[asked.do](asked) ?? {}) }));
  } catch (error) {
    console.log(JSON.stringify({ ok: false, error: String(error) }));
  }
  if (asked.do === 'end') process.exit(0);
}
