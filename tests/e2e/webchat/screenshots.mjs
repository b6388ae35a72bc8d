// Pictures of the widget for people to look at: node screenshots.mjs, with WEBCHAT_SHOTS naming a folder.
import { shot, startBrowser, startServer, visit } from './harness.mjs';

const browser = await startBrowser();
const looks = [
  { name: 'light' },
  { name: 'dark', colorScheme: 'dark' },
  { name: 'rtl', path: '/?locale=ar' },
  { name: 'rtl-dark', path: '/?locale=ar', colorScheme: 'dark' },
  { name: 'german-mobile', path: '/?locale=de', viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, hasTouch: true },
];
const png = (await browser.newPage()).screenshot({ clip: { x: 0, y: 0, width: 4, height: 4 } });
for (const { name, ...look } of looks) {
  const server = await startServer();
  const { page, chat, context } = await visit(browser, server, look);
  await chat.open();
  await chat.frame.locator('#name').waitFor();
  await chat.settle();
  await shot(page, name + '-before');
  await chat.frame.locator('#skip').click();
  const rtl = name.startsWith('rtl');
  await chat.write(rtl ? 'مرحبًا، أين طلبي رقم 4711؟' : 'Hello! I ordered a lamp last week (order 4711). Where is it?');
  await chat.mark('sent').waitFor();
  await shot(page, name + '-away');
  await server.ask('/presence', { on: true });
  const visitor = (await server.state()).visitors[0].id;
  await server.ask('/marks', { visitor, seen: 1 });
  await server.ask('/reply', { visitor, text: rtl ? 'أهلاً! غادر الطلب المستودع هذا الصباح.' : 'Hi! It left our warehouse this morning.' });
  await server.ask('/reply', { visitor, text: 'https://post.example/track/0034-4711' });
  await server.ask('/reply', { visitor, text: '', file: (await png).toString('base64'), name: 'label.pdf', type: 'application/pdf' });
  await chat.frame.locator('.file').waitFor();
  await chat.write(rtl ? 'شكرًا!' : 'Great, thank you! Can I still change the shade to oak?');
  await chat.mark('sent').waitFor();
  await chat.text.fill(rtl ? 'شيء آخر' : 'One more thing');
  await server.ask('/typing', { visitor, on: true });
  await chat.frame.locator('#typing').waitFor();
  await chat.settle();
  await shot(page, name);
  await page.keyboard.press('Escape');
  await server.ask('/reply', { visitor, text: 'Of course.' });
  await page.locator('b:not(:empty)').waitFor();
  await shot(page, name + '-closed');
  await context.close();
  await server.stop();
}
await browser.close();
