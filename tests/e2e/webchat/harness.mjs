// Starts the test server and Chromium, and speaks for the agent. Nothing here waits by sleeping.
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const server = process.env.WEBCHAT_TEST_SERVER;
export const shots = process.env.WEBCHAT_SHOTS; // a folder for screenshots, or none
if (!server) throw new Error('set WEBCHAT_TEST_SERVER to the program webchat_test_server');
if (shots) mkdirSync(shots, { recursive: true });

/** Once `test` holds, which may ask a page or a server. */
export async function holds(test, what) {
  const end = Date.now() + 30000;
  for (;;) {
    const found = await test();
    if (found) return found;
    if (Date.now() > end) throw new Error('waited for ' + what);
    await new Promise((again) => setTimeout(again, 50));
  }
}

export async function startServer() {
  const process = spawn(server, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await Promise.race([
    new Promise((done) => createInterface(process.stdout).once('line', (text) => done([text]))),
    new Promise((_, fail) => process.once('exit', (code) => fail(new Error('test server ended with ' + code)))),
  ]);
  const ports = JSON.parse(line);
  const ask = async (path, body = {}) => {
    const answer = await fetch(ports.control + path, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(path + ': ' + answer.status);
    return answer.json();
  };
  return {
    ...ports,
    ask,
    state: () => ask('/state'),
    /** The agent's state once `test` holds for it. */
    async until(test, what) {
      const end = Date.now() + 30000;
      for (;;) {
        const state = await ask('/state');
        const found = test(state);
        if (found) return found;
        if (Date.now() > end) throw new Error('waited for ' + what + ': ' + JSON.stringify(state));
        await new Promise((again) => setTimeout(again, 50));
      }
    },
    hashOf: (identifier) => createHmac('sha256', ports.secret).update(identifier).digest('hex'),
    stop: () => new Promise((done) => { process.once('exit', done); process.stdin.end(); }),
  };
}

export const startBrowser = () => chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});

let visitors = 0;
/** A visitor on the shop's page; `problems` collects what a browser's console should never say. */
export async function visit(browser, server, { path = '/', ...options } = {}) {
  // Each from an address of its own: a browser test is faster than ten visitors a minute, which is what one address may have.
  const extraHTTPHeaders = { 'X-Forwarded-For': `198.51.100.${++visitors}` };
  const context = await browser.newContext({ viewport: { width: 1100, height: 760 }, extraHTTPHeaders, ...options });
  const problems = [];
  const page = await openTab(context, server, path, problems);
  return { context, page, chat: chatOf(page), problems };
}

export async function openTab(context, server, path = '/', problems = []) {
  const page = await context.newPage();
  page.setDefaultTimeout(30000); // a busy machine is slow, not wrong
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('dialog', (dialog) => { problems.push('dialog ' + dialog.message()); dialog.dismiss(); });
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to|Uncaught/.test(message.text())) problems.push(message.text());
  });
  await page.goto(server.shop + path);
  return page;
}

export const launcher = (page) => page.getByRole('button', { name: /chat|Chat|الدردشة/ }).first();

/** What a test does inside the widget's frame. */
export function chatOf(page) {
  const frame = page.frameLocator('iframe');
  const chat = {
    frame,
    text: frame.locator('#text'),
    log: frame.locator('#log'),
    bubbles: frame.locator('.bubble'),
    mark: (state) => frame.locator(`.mark[data-state=${state}]`),
    async open() {
      await launcher(page).click();
      await frame.locator('#close').waitFor({ state: 'visible' });
    },
    /** Past the form before the chat, whenever it shows: a proof that is refused brings it back. */
    async ready() {
      const skip = frame.locator('#skip');
      for (;;) {
        await Promise.race([skip.waitFor({ state: 'visible' }), chat.text.waitFor({ state: 'visible' })]);
        if (!await skip.isVisible()) return;
        await skip.click({ timeout: 2000 }).catch(() => {}); // it may go while we reach for it
      }
    },
    async begin() {
      await chat.open();
      await chat.ready();
    },
    async write(text) {
      await chat.ready();
      await chat.text.fill(text);
      await chat.text.press('Enter');
    },
    /** Once nothing moves any more. */
    settle: () => page.evaluate(() => Promise.all([...document.querySelectorAll('*')].filter((each) => each.shadowRoot)
      .flatMap((each) => each.shadowRoot.getAnimations()).map((animation) => animation.finished))),
    bubble: (text) => frame.locator('.bubble', { hasText: text }),
  };
  return chat;
}

export const shot = async (page, name) => {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
};
