// The widget in Debian's Chromium, over the real service on the real edge.
import assert from 'node:assert/strict';
import { after, before, beforeEach, afterEach, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { chatOf, holds, launcher, openTab, startBrowser, startServer, visit } from './harness.mjs';

let browser;
let server;
before(async () => { browser = await startBrowser(); });
after(async () => { await browser?.close(); });
beforeEach(async () => { server = await startServer(); });
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await server.stop();
});

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGNk+M/AwMDAxMDAwMDAAAAGJgEDgSEPUQAAAABJRU5ErkJggg==', 'base64');
const firstVisitor = (state) => state.visitors[0];
const textsOf = (visitor) => visitor.log.map((event) => event.text);

test('a message goes out, is marked, and the answer comes back', async () => {
  const { chat, page, problems } = await visit(browser, server);
  await server.ask('/presence', { on: true });
  await chat.begin();
  await chat.write('Where is my order?');
  await chat.mark('sent').waitFor();
  const visitor = await server.until((state) => firstVisitor(state)?.log.length === 1 && firstVisitor(state), 'the message');
  assert.equal(visitor.log[0].text, 'Where is my order?');
  assert.match(visitor.page, /^http:\/\/127\.0\.0\.1/);
  await server.ask('/marks', { visitor: visitor.id, delivered: 1 });
  await chat.mark('delivered').waitFor();
  await server.ask('/marks', { visitor: visitor.id, seen: 1 });
  await chat.mark('seen').waitFor();
  await server.ask('/typing', { visitor: visitor.id, on: true });
  await chat.frame.getByText('Maya is typing').waitFor();
  await server.ask('/reply', { visitor: visitor.id, text: 'It left this morning: https://post.example/t/1.' });
  await chat.bubble('It left this morning').waitFor();
  await chat.frame.locator('#typing').waitFor({ state: 'hidden' });
  const link = chat.frame.locator('.bubble a');
  assert.equal(await link.getAttribute('href'), 'https://post.example/t/1');
  assert.match(await link.getAttribute('rel'), /noopener.*nofollow/);
  await server.until((state) => state.deliveries.includes('read'), 'the read mark');
  await chat.text.pressSequentially('Th');
  await server.until((state) => firstVisitor(state).typing, 'the typing sign');
  assert.deepEqual(problems, []);
  assert.equal(await page.title(), 'Shop');
});

for (const [where, path] of [['of another site', '/'], ['of the same site', '/?site=same']]) {
  test('the conversation survives a reload, and two tabs agree: a frame ' + where, async () => {
    const { chat, page, context } = await visit(browser, server, { path });
    await chat.begin();
    await chat.write('first');
    await chat.mark('sent').waitFor();
    await page.reload();
    const again = chatOf(page);
    await again.open();
    await again.bubble('first').waitFor();
    const other = await openTab(context, server, path);
    const otherChat = chatOf(other);
    await otherChat.open();
    await otherChat.bubble('first').waitFor();
    await otherChat.write('from the second tab');
    await again.bubble('from the second tab').waitFor();
    const { visitors } = await server.state();
    assert.equal(visitors.length, 1);
    assert.deepEqual(textsOf(visitors[0]), ['first', 'from the second tab']);
  });
}

test('what is written while the hub is gone arrives once, in order', async () => {
  const { chat, page } = await visit(browser, server);
  await chat.begin();
  await chat.write('one');
  await chat.mark('sent').waitFor();
  await server.ask('/down');
  await chat.frame.locator('#link').waitFor({ state: 'visible' });
  await chat.write('two');
  await chat.write('three');
  await chat.mark('sending').nth(1).waitFor();
  await page.reload({ waitUntil: 'domcontentloaded' }); // the frame cannot even load now
  await server.ask('/up');
  await page.reload();
  const again = chatOf(page);
  await again.open();
  await again.bubble('three').waitFor();
  const visitor = await server.until((state) => firstVisitor(state).log.length === 3 && firstVisitor(state), 'both messages');
  assert.deepEqual(textsOf(visitor), ['one', 'two', 'three']);
  await again.mark('sending').waitFor({ state: 'detached' });
  assert.equal(await again.bubbles.count(), 3);
});

test('the hub restarts under an open chat: it reconnects by itself and fetches what it missed', async () => {
  const { chat } = await visit(browser, server);
  await chat.begin();
  await chat.write('one');
  await chat.mark('sent').waitFor();
  const { id } = firstVisitor(await server.state());
  await server.ask('/down');
  await server.ask('/reply', { visitor: id, text: 'said meanwhile' });
  await chat.write('two');
  await server.ask('/up');
  await chat.bubble('said meanwhile').waitFor();
  await server.until((state) => firstVisitor(state).log.length === 3, 'the queued message');
  assert.equal(await chat.bubbles.count(), 3);
});

test('a hub restored from a backup gets again what it had taken since, once', async () => {
  const { chat, page } = await visit(browser, server);
  await chat.begin();
  for (const text of ['one', 'two', 'three']) await chat.write(text);
  const { id } = await server.until((state) => firstVisitor(state)?.log.length === 3 && firstVisitor(state), 'three messages');
  await chat.mark('sending').waitFor({ state: 'detached' });
  await server.ask('/down');
  await server.ask('/restore', { visitor: id, events: 2 });
  await chat.write('four');
  await server.ask('/up');
  await server.until((state) => textsOf(firstVisitor(state)).join() === 'one,two,three,four', 'what the backup lacks');
  await chat.mark('sending').waitFor({ state: 'detached' });
  assert.equal(await chat.bubbles.count(), 4);

  // And by one of before the visitor came, over a reload; what was said as somebody unknown comes from them again.
  await server.ask('/down');
  await server.ask('/restore', { visitor: id });
  await server.ask('/up');
  await page.reload();
  const again = chatOf(page);
  await again.open();
  const anew = await server.until((state) => firstVisitor(state)?.log.length === 4 && firstVisitor(state), 'the messages of before');
  assert.notEqual(anew.id, id);
  assert.deepEqual(textsOf(anew), ['one', 'two', 'three', 'four']);
  assert.equal(await again.bubbles.count(), 4);
});

test('a store that fails for a while loses and doubles nothing', async () => {
  const { chat } = await visit(browser, server);
  await chat.begin();
  await chat.write('one');
  await chat.mark('sent').waitFor();
  await server.ask('/fail', { on: true });
  await chat.write('two');
  await chat.mark('sending').waitFor();
  await server.ask('/fail', { on: false });
  const visitor = await server.until((state) => firstVisitor(state).log.length === 2 && firstVisitor(state), 'the retry');
  assert.deepEqual(textsOf(visitor), ['one', 'two']);
});

test('the launcher counts what is unread, and a click clears it everywhere', async () => {
  const { chat, page, context } = await visit(browser, server);
  await chat.begin();
  await chat.write('hi');
  await chat.mark('sent').waitFor();
  const { id } = firstVisitor(await server.state());
  await chat.frame.locator('#close').click();
  assert.equal(await launcher(page).evaluate((button) => button.getRootNode().activeElement === button), true);
  const other = await openTab(context, server);
  await server.ask('/reply', { visitor: id, text: 'one' });
  await server.ask('/reply', { visitor: id, text: 'two' });
  await page.getByRole('button', { name: 'Open chat, 2 new' }).waitFor();
  await other.getByRole('button', { name: 'Open chat, 2 new' }).waitFor();
  await other.bringToFront();
  await chatOf(other).open();
  await page.getByRole('button', { name: 'Open chat', exact: true }).waitFor();
});

test('what was read on a line that was dead is said again on the next', async () => {
  const { chat, page } = await visit(browser, server);
  await chat.begin();
  await chat.write('hi');
  await chat.mark('sent').waitFor();
  const { id } = firstVisitor(await server.state());
  const frame = page.frames()[1];
  await frame.evaluate(() => {
    const { send } = WebSocket.prototype;
    window.heal = () => { WebSocket.prototype.send = send; };
    WebSocket.prototype.send = (text) => { window.lost = text.includes('"read"') || window.lost; };
  });
  await server.ask('/reply', { visitor: id, text: 'an answer' });
  await chat.bubble('an answer').waitFor();
  await holds(() => frame.evaluate(() => window.lost), 'the mark that is lost');
  assert.deepEqual((await server.state()).deliveries, []);
  await frame.evaluate(() => window.heal());
  await server.ask('/down');
  await server.ask('/up');
  await server.until((state) => state.deliveries.includes('read') && state.deliveries.includes('delivered'), 'both marks');
  await chat.frame.locator('#close').click();
  await page.getByRole('button', { name: 'Open chat', exact: true }).waitFor();
});

test('hostile texts are shown as text, in both directions', async () => {
  const texts = JSON.parse(readFileSync(new URL('../../fixtures/webchat/hostile-texts.json', import.meta.url)))
    .filter((text) => text.trim() && text.length < 1000);
  const { chat, page, problems } = await visit(browser, server);
  await chat.begin();
  await chat.write('hi');
  await chat.mark('sent').waitFor();
  const { id } = firstVisitor(await server.state());
  for (const text of texts) await server.ask('/reply', { visitor: id, text: text.toWellFormed?.() ?? text });
  await chat.bubbles.nth(texts.length).waitFor();
  assert.equal(await chat.frame.locator('#log script, #log img, #log iframe').count(), 0);
  const hrefs = await chat.frame.locator('#log a').evaluateAll((links) => links.map((link) => link.href));
  assert.ok(hrefs.every((href) => /^(https?|mailto):/.test(href)), hrefs.join());
  assert.ok(hrefs.every((href) => !href.includes('%E2%80%AE')), 'no direction override in a link');
  assert.equal(await chat.bubbles.nth(1).textContent(), '<script>alert(1)</script>');
  await chat.write('<img src=x onerror=alert(1)> \ud83d of mine');
  await chat.bubble('of mine').waitFor();
  assert.deepEqual(problems, []);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
});

test('pictures and files: picker, paste and drop, shown and downloaded with the visitor\'s right', async () => {
  const { chat, page } = await visit(browser, server);
  await chat.begin();
  await chat.frame.locator('#pick').setInputFiles([{ name: 'photo.png', mimeType: 'image/png', buffer: png },
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('size M') }]);
  await chat.frame.locator('#files li').nth(1).waitFor();
  await chat.write('two files');
  await chat.frame.locator('.picture img[src^="blob:"]').waitFor();
  await chat.frame.locator('.file', { hasText: 'notes.txt' }).waitFor();
  await server.until((state) => firstVisitor(state).log[0]?.files === 2, 'both files');
  const download = page.waitForEvent('download');
  await chat.frame.locator('.file').click();
  assert.equal((await download).suggestedFilename(), 'notes.txt');

  const give = (kind) => chat.text.evaluate((text, { kind, bytes }) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], kind + '.png', { type: 'image/png' }));
    text.dispatchEvent(kind === 'paste' ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
      : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  }, { kind, bytes: [...png] });
  await give('paste');
  await give('drop');
  await chat.frame.locator('#files li').nth(1).waitFor();
  await chat.frame.locator('#send').click();
  await server.until((state) => firstVisitor(state).log[1]?.files === 2, 'pasted and dropped');

  await chat.frame.locator('#pick').setInputFiles({ name: 'evil.png', mimeType: 'image/png', buffer: Buffer.from('<svg onload=alert(1)>') });
  await chat.frame.getByText('This kind of file cannot be sent.').waitFor();
  await server.ask('/reply', { visitor: firstVisitor(await server.state()).id, text: 'your label', file: png.toString('base64'), name: 'label.png', type: 'image/png' });
  await chat.frame.getByRole('button', { name: 'Download label.png' }).waitFor();
});

test('a file that is not taken costs no text', async () => {
  const { chat } = await visit(browser, server);
  await chat.begin();
  await chat.frame.locator('#pick').setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('size M') });
  await chat.frame.locator('#files li progress').waitFor({ state: 'detached' });
  await chat.frame.locator('#files li').waitFor();
  await server.ask('/forget-uploads');
  await chat.write('my long story');
  await chat.frame.getByText('The file could not be sent.').waitFor();
  assert.equal(await chat.text.inputValue(), 'my long story');
  assert.equal(await chat.frame.locator('.bubble', { hasText: 'my long story' }).count(), 0);
  await chat.frame.locator('#send').click(); // without the file
  await server.until((state) => firstVisitor(state)?.log[0]?.text === 'my long story', 'the text');
  await server.ask('/no-uploads', { on: true });
  await chat.frame.locator('#pick').setInputFiles({ name: 'more.txt', mimeType: 'text/plain', buffer: Buffer.from('more') });
  await chat.frame.getByText('Too many files have not been sent yet.').waitFor();
});

test('what waited for a file does not go out half typed when the file is taken out', async () => {
  const { chat, page } = await visit(browser, server);
  await chat.begin();
  let release;
  await page.context().route('**/files', async (route) => { // the first one is held
    if (!release) await new Promise((resolve) => { release = resolve; });
    await route.continue();
  });
  const pick = (name) => chat.frame.locator('#pick').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from('size M') });
  await pick('large.txt');
  await holds(() => Boolean(release), 'the upload');
  await chat.text.fill('my long');
  await chat.text.press('Enter'); // it waits for the file
  await chat.frame.locator('#files li button').click();
  await pick('small.txt');
  await chat.frame.locator('#files li progress').waitFor({ state: 'detached' });
  await chat.text.pressSequentially(' story');
  assert.equal(await chat.text.inputValue(), 'my long story');
  await chat.text.press('Enter');
  await server.until((state) => firstVisitor(state)?.log[0]?.text === 'my long story', 'the text');
  release();
});

test('a shop in many tabs: the newest is served as well', async () => {
  const { chat, page } = await visit(browser, server);
  await chat.begin();
  await chat.write('from the first tab');
  await chat.mark('sent').waitFor();
  let last;
  for (let i = 0; i < 4; ++i) last = chatOf(await openTab(page.context(), server));
  await last.open();
  await last.bubble('from the first tab').waitFor();
});

test('name and e-mail before the chat are a claim', async () => {
  const { chat } = await visit(browser, server);
  await chat.open();
  await chat.frame.locator('#name').fill('Anna Petrova');
  await chat.frame.locator('#email').fill('anna@');
  await chat.frame.locator('#begin').click();
  await chat.frame.getByText('Please check the e-mail address.').waitFor();
  await chat.frame.locator('#email').fill('Anna@Customer.test');
  await chat.frame.locator('#begin').click();
  await chat.write('hello');
  const message = await server.until((state) => state.messages[0], 'the message');
  assert.equal(message.name, 'Anna Petrova');
  assert.deepEqual(message.evidence, [{ address: 'anna@customer.test', verified: false }]);
});

test('an identity signed by the shop is proof, joins two browsers, and ends with logout', async () => {
  const { chat, page } = await visit(browser, server);
  const identity = { identifier: 'anna@customer.test', hash: server.hashOf('anna@customer.test'), name: 'Anna' };
  await chat.begin();
  await chat.write('as somebody');
  await chat.mark('sent').waitFor();
  await page.evaluate((who) => window.Tributary.identify(who), identity);
  await chat.write('as Anna');
  const message = await server.until((state) => state.messages.find((each) => each.text === 'as Anna'), 'the message');
  assert.ok(message.evidence.some((each) => each.address === 'anna@customer.test' && each.verified));

  const phone = await visit(browser, server);
  await phone.page.evaluate((who) => window.Tributary.identify(who), identity);
  await phone.chat.open();
  await phone.chat.bubble('as somebody').waitFor();
  await phone.chat.bubble('as Anna').waitFor();

  const stranger = await visit(browser, server);
  await stranger.page.evaluate((who) => window.Tributary.identify(who), { ...identity, hash: 'ab'.repeat(32) });
  await stranger.chat.begin();
  await stranger.chat.write('I am Anna, honestly');
  await stranger.chat.mark('sent').waitFor();
  assert.equal(await stranger.chat.bubbles.count(), 1);

  await page.evaluate(() => window.Tributary.logout());
  await chat.bubble('as Anna').waitFor({ state: 'detached' });
  await page.reload();
  const after = chatOf(page);
  await after.begin();
  assert.equal(await after.bubbles.count(), 0);
});

test('who signs in next does not find what the one before had typed', async () => {
  const { chat, page } = await visit(browser, server);
  const who = (name) => ({ identifier: name + '@customer.test', hash: server.hashOf(name + '@customer.test'), name });
  await chat.begin();
  await page.evaluate((anna) => window.Tributary.identify(anna), who('anna'));
  await chat.write('as Anna');
  await chat.mark('sent').waitFor();
  await chat.text.fill('my card ends in');
  await page.reload();
  const next = chatOf(page);
  await holds(async () => await next.text.inputValue() === 'my card ends in', 'the draft');
  await page.evaluate((boris) => window.Tributary.identify(boris), who('boris'));
  await next.open();
  await next.bubble('as Anna').waitFor({ state: 'detached' });
  await holds(async () => await next.text.inputValue() === '', 'an empty composer');
});

// The line is dead and nobody has noticed; it is only not up yet; it is well, and the hub's store is not.
for (const how of ['is half-open', 'comes up again', 'is well, and the store fails']) {
  test('who signs out leaves nothing for the next at that computer, though the line ' + how, async () => {
    const { chat, page } = await visit(browser, server, { path: '/?site=same' });
    await chat.begin();
    await chat.write('my secret');
    await chat.mark('sent').waitFor();
    await chat.text.fill('half a sentence');
    const frame = page.frames()[1];
    const tokenOf = () => frame.evaluate(() => Object.entries(localStorage).find(([name]) => name.endsWith(':token'))?.[1]);
    const isGood = async (token) => {
      const answer = await fetch(`${server.hub}/w/${server.key}/files/none`, { headers: { Authorization: 'Bearer ' + token } });
      return answer.status !== 401;
    };
    const token = await tokenOf();
    assert.ok(await isGood(token));
    if (how === 'is half-open') {
      await frame.evaluate(() => { WebSocket.prototype.send = () => {}; });
    } else if (how === 'comes up again') { // connected, and not welcomed
      await frame.evaluate(() => {
        const { send } = WebSocket.prototype;
        WebSocket.prototype.send = function (text) {
          if (text.includes('"hello"') && !window.sayHello) window.sayHello = () => send.call(this, text);
          else send.call(this, text);
        };
      });
      await server.ask('/down');
      await server.ask('/up');
      await holds(() => frame.evaluate(() => Boolean(window.sayHello)), 'the next line');
    } else {
      await server.ask('/fail', { on: true });
    }
    await page.evaluate(() => window.Tributary.logout());
    await chat.bubbles.waitFor({ state: 'detached' });
    assert.equal(await chat.text.inputValue(), '');
    assert.notEqual(await tokenOf(), token);
    if (how === 'comes up again') await frame.evaluate(() => window.sayHello());
    if (how !== 'is half-open') {
      await server.ask('/fail', { on: false });
      await holds(async () => !await isGood(token), 'the end of the token');
    }
    await page.reload();
    const next = chatOf(page);
    await next.begin();
    assert.equal(await next.bubbles.count(), 0);
  });
}

test('an id that is a number, or no id at all, closes no line', async () => {
  const { chat, page } = await visit(browser, server);
  await chat.begin();
  await page.evaluate((hash) => window.Tributary.identify({ identifier: 42, hash, name: ['Anna'], more: {} }), server.hashOf('42'));
  await chat.write('it is me');
  const message = await server.until((state) => state.messages[0], 'the message');
  assert.ok(message.evidence.some((each) => each.address.endsWith('/42') && each.verified));
  await page.evaluate(() => window.Tributary.identify({ identifier: { a: 1 }, hash: null }));
  await chat.write('still me');
  await server.until((state) => state.messages[1], 'the next one');
});

test('usable by keyboard; full screen keeps the focus inside', async () => {
  const { chat, page } = await visit(browser, server, { viewport: { width: 390, height: 780 }, hasTouch: true });
  await launcher(page).focus();
  await page.keyboard.press('Enter');
  await chat.frame.locator('#name').waitFor();
  const inFrame = () => page.evaluate(() => document.activeElement.tagName);
  for (let i = 0; i < 12; ++i) {
    await page.keyboard.press('Tab');
    assert.equal(await page.frames()[1].evaluate(() => document.hasFocus()), true, 'after Tab ' + i);
  }
  assert.equal(await page.frames()[1].evaluate(() => document.getElementById('chat').getAttribute('aria-modal')), 'true');
  // Through the element: synthetic keys sent to the page sometimes miss a frame of another process.
  await chat.frame.locator('#close').press('Escape');
  await page.locator('button[aria-expanded=false]').waitFor();
  assert.equal(await inFrame(), 'DIV'); // the launcher, inside its shadow root
});

test('no other site may frame it, and it is under 20 KB', async () => {
  const other = await startServer(); // its shop is another origin
  try {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route(other.shop + '/', (route) => route.fulfill({ contentType: 'text/html',
      body: `<iframe src="${server.hub}/w/${server.key}/"></iframe>` }));
    await page.goto(other.shop + '/');
    assert.equal(page.frames()[1].url(), 'chrome-error://chromewebdata/');
  } finally {
    await other.stop();
  }
  const { headers } = await fetch(`${server.hub}/w/${server.key}/`);
  assert.match(headers.get('content-security-policy'), new RegExp(`frame-ancestors ${server.shop}$`));
  let total = 0;
  for (const path of ['.js', '/', '/app.js', '/link.js', '/view.js', '/words.js', '/lang-ar.js', '/style.css']) {
    const body = Buffer.from(await (await fetch(`${server.hub}/w/${server.key}${path}`)).arrayBuffer());
    total += gzipSync(body).length;
  }
  assert.ok(total < 20 * 1024, total + ' bytes');
  console.log('widget: ' + total + ' bytes gzipped');
});
