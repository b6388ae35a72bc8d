// Joins the line to the hub, the screen and the shop's page.
import { Link } from './link.js';
import { Log, at, element, icon, plain } from './view.js';
import { fill, wordsFor } from './words.js';

const config = JSON.parse(document.documentElement.dataset.config);
const base = location.origin + location.pathname.replace(/\/$/, '');
const mostBytes = 20 * 1024 * 1024;

let words;                 // texts in the visitor's language
let log;                   // the drawn conversation
let parentOrigin = '';     // of the shop's page: the hub lets no other site frame us
let isOpen = false;
let isModal = false;       // full screen: the keyboard stays inside
let events = new Map();    // number -> event
let hasOlder = false;
let loadingOlder = false;
let caughtUp = false;      // the first events have come
let marks = { read: 0, delivered: 0, seen: 0 };
let you = { name: '', email: '', proven: false };
let presence = { online: false, notice: '' };
let failed = [];           // own messages the hub will never take
let uploads = [];          // files in the composer: {file, progress, sent?, error?}
let typingTimer = 0;
let typedAt = 0;
let tellUnreadLast = -1;
let greeted = false;       // a welcome has come, ever
let lineTimer = 0;
const early = [];          // what the page said before the texts were there

const link = new Link(config.key, base, heard);

// --- the shop's page
const tellPage = (message) => parentOrigin && parent.postMessage({ tributary: 1, ...message }, parentOrigin);

window.addEventListener('message', (event) => {
  if (event.source !== parent || !event.data?.tributary || (parentOrigin && event.origin !== parentOrigin)) return;
  const message = event.data;
  if (message.t !== 'init') {
    words ? told(message) : early.push(message);
  } else if (!parentOrigin) {
    parentOrigin = event.origin;
    link.site = event.origin;
    link.keep.adopt(message.kept);
    link.keep.page = (name, value) => tellPage({ t: 'keep', name, value });
    early.unshift({ t: message.open ? 'open' : 'close', modal: message.modal });
    begin(message);
  }
});

function told(message) {
  if (message.t === 'open') {
    setOpen(true, message.modal);
  } else if (message.t === 'close') {
    setOpen(false, message.modal);
  } else if (message.t === 'layout') {
    isModal = message.modal;
    at('chat').setAttribute('aria-modal', String(isModal));
  } else if (message.t === 'identify') {
    link.identify(message.who);
  } else if (message.t === 'logout') {
    link.logout();
    uploads = [];
    drawFiles();
  } else if (message.t === 'kept') {
    link.keep.adopt({ [message.name]: message.value });
    link.otherTab(message.name);
  } else if (message.t === 'page') {
    link.page({ url: message.url, title: message.title });
  }
}

async function begin({ locale, url, title }) {
  words = await wordsFor(config.locale || locale || navigator.language);
  document.documentElement.lang = words.locale;
  document.documentElement.dir = words.dir;
  document.title = config.title || words.title;
  setColor();
  setTexts();
  log = new Log(words, (id) => link.file(id));
  link.at = { url, title };
  tellPage({ t: 'look', words: { open: words.open, close: words.close, title: config.title || words.title },
    color: shownColor(), onColor: shownOnColor() });
  heard({ t: 'forget' }); // nothing is here yet but the draft
  if (link.token) link.start(); // somebody unknown costs the hub nothing before they open the chat
  early.splice(0).forEach(told);
}

// --- colours of the account: only where they can be read
const brightness = (color) => [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16) / 255)
  .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const shownColor = () => config.color || '';
const shownOnColor = () => config.color ? (brightness(config.color) > 0.18 ? '#06181b' : '#ffffff') : '';

function setColor() {
  if (!config.color) return;
  const style = document.documentElement.style;
  style.setProperty('--accent', config.color);
  style.setProperty('--accentHover', config.color);
  style.setProperty('--on', shownOnColor());
}

function setTexts() {
  at('title').textContent = config.title || words.title;
  const name = (id, text) => { at(id).setAttribute('aria-label', text); at(id).title = text; };
  name('close', words.close);
  name('attach', words.attach);
  name('send', words.send);
  at('close').append(icon('close'));
  at('attach').append(icon('clip'));
  at('send').append(icon('send'));
  at('text').placeholder = words.write;
  at('text').setAttribute('aria-label', words.write);
  at('older').textContent = words.older;
  at('jump').textContent = words.jump;
  at('drop').textContent = words.drop;
  at('greeting').textContent = config.greeting;
  at('scroll').setAttribute('aria-label', words.title);
  at('beforeText').textContent = words.before;
  const optional = config.prechat === 'required' ? '' : ' (' + words.optional + ')';
  at('nameLabel').textContent = words.nameLabel + optional;
  at('emailLabel').textContent = words.emailLabel + optional;
  at('begin').textContent = words.begin;
  at('skip').textContent = words.skip;
  at('skip').hidden = config.prechat === 'required';
  if (config.prechat === 'required') for (const id of ['name', 'email']) at(id).required = true;
}

// --- what the hub says
function heard(frame) {
  switch (frame.t) {
    case 'welcome':
      greeted = true;
      gotN = readN = 0; // what was said on the line before may never have come: `marks` knows
      you = frame.you;
      presence = { online: frame.online, notice: frame.notice };
      marks = { read: frame.read, delivered: frame.delivered, seen: frame.seen };
      setLine(true);
      break;
    case 'down': setLine(false); break;
    case 'refused': setLine(false, words?.refused); break;
    case 'forget':
      events = new Map();
      hasOlder = caughtUp = false;
      marks = { read: 0, delivered: 0, seen: 0 };
      you = { name: '', email: '', proven: false };
      log?.clear();
      text.value = link.keep.get('draft') || '';
      grow();
      break;
    case 'events':
      for (const event of frame.events) events.set(event.n, event);
      if (frame.older) hasOlder = frame.more;
      else if (!caughtUp) hasOlder = frame.events.length > 0 && frame.events[0].n > 1;
      for (const event of frame.events) if (event.id) link.settled(event.id, true);
      if (frame.older && loadingOlder) return olderCame();
      caughtUp = true;
      break;
    case 'ev':
      events.set(frame.n, frame);
      if (frame.from === 'agent') setTyping('');
      break;
    case 'marks': marks = { read: frame.read, delivered: frame.delivered, seen: frame.seen }; break;
    case 'you': you = frame.you; break;
    case 'presence': presence = { online: frame.online, notice: frame.notice }; break;
    case 'typing': setTyping(frame.on ? frame.name || words.support : ''); return;
    case 'error': problem(frame); // and of ok, queue, pong drawing again is all
  }
  draw();
}

function problem({ code, id, text: back }) {
  if (code === 'email') at('beforeError').textContent = words.badEmail;
  else if (code === 'limit') say(words.limit);
  else if (code === 'identity') console.warn('Tributary: the hub does not accept this identity (identifier, hash or jwt).');
  else if (id && code !== 'taken' && code !== 'retry') {
    say(code === 'too-long' ? words.tooLong : code === 'file' ? words.uploadFailed : words.failed);
    failed.push(id);
    if (back && text.value !== back) { // before what has been typed since
      text.value = back + (text.value ? '\n' + text.value : '');
      text.dispatchEvent(new Event('input'));
    }
  }
}

// --- drawing
function entries() {
  const sorted = [...events.values()].sort((a, b) => a.n - b.n);
  const stateOf = (n) => n <= marks.seen ? 'seen' : n <= marks.delivered ? 'delivered' : 'sent';
  const shown = sorted.map((event) => ({ key: event.id || 'n' + event.n, id: event.id, n: event.n, mine: event.from === 'visitor',
    text: event.text, files: event.files, at: event.at, name: event.name, auto: event.auto, gone: event.gone,
    state: event.from === 'visitor' ? stateOf(event.n) : undefined }));
  const known = new Set(sorted.map((event) => event.id));
  for (const message of link.queue()) {
    if (!known.has(message.id)) shown.push({ key: message.id, id: message.id, mine: true, text: message.text, files: message.files,
      at: message.at, state: failed.includes(message.id) ? 'failed' : 'sending' });
  }
  const last = shown.findLast((entry) => entry.mine && entry.state !== 'sending');
  if (last) last.last = true;
  return shown;
}

const isAtEnd = () => at('scroll').scrollHeight - at('scroll').scrollTop - at('scroll').clientHeight < 60;

function draw() {
  if (!words) return;
  const wasAtEnd = isAtEnd() || !at('log').firstChild;
  const shown = entries();
  log.draw(shown);
  at('greeting').hidden = !config.greeting || hasOlder;
  at('older').hidden = !hasOlder;
  at('state').classList.toggle('online', presence.online);
  at('stateText').textContent = greeted ? (presence.online ? words.online : words.away) : '';
  at('state').hidden = !greeted;
  drawBefore(shown.length === 0);
  drawNotice();
  if (wasAtEnd) toEnd();
  at('jump').hidden = isAtEnd();
  tellUnread();
  noteRead();
}

function drawNotice() {
  let notice = at('notice');
  const wanted = greeted && !presence.online ? presence.notice || words.awayNotice : '';
  if (!notice) {
    notice = element('div', { id: 'notice', class: 'card', role: 'status', dir: 'auto' });
    at('log').after(notice);
  }
  notice.hidden = !wanted;
  if (notice.textContent !== wanted) notice.textContent = wanted;
}

function drawBefore(isEmpty) {
  const show = config.prechat !== 'off' && isEmpty && !hasOlder && !you.email && !you.proven && !link.keep.get('skipped') && isOpen
    && (caughtUp || !link.token);
  const wasShown = !at('before').hidden;
  at('before').hidden = !show;
  if (isOpen) at('compose').hidden = show;
  if (show !== wasShown && isOpen && document.hasFocus()) (show ? at('name') : text).focus();
}

function setLine(up, text) {
  clearTimeout(lineTimer);
  const show = (words) => { at('link').textContent = words; at('link').hidden = !words; };
  if (up) show('');
  else if (text) show(text);
  else lineTimer = setTimeout(() => show(isOpen && words ? words.connecting : ''), 1500); // a blink of the line is no news
}

function setTyping(name) {
  clearTimeout(typingTimer);
  const wasAtEnd = isAtEnd();
  at('typing').hidden = !name;
  at('typingText').textContent = name ? fill(words.isTyping, { name: plain(name) }) : '';
  if (name) typingTimer = setTimeout(() => setTyping(''), 8000);
  if (wasAtEnd) toEnd();
}

const toEnd = () => { at('scroll').scrollTop = at('scroll').scrollHeight; };

function say(text) {
  at('problem').textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { at('problem').textContent = ''; }, 6000);
}

// --- read marks and the badge
function unreadCount() {
  let count = 0;
  for (const event of events.values()) count += event.from === 'agent' && !event.gone && event.n > marks.read;
  return count;
}

function tellUnread() {
  const n = unreadCount();
  if (n === tellUnreadLast) return;
  tellUnreadLast = n;
  tellPage({ t: 'unread', n, words: n ? fill(words.fresh, { n }) : '' });
}

let gotN = 0;
let readN = 0;
function noteRead() {
  const newest = Math.max(0, ...events.keys());
  if (newest > gotN && link.say({ t: 'got', n: newest })) gotN = newest;
  if (isOpen && !document.hidden && isAtEnd() && newest > Math.max(marks.read, readN) && link.say({ t: 'read', n: newest })) readN = newest;
}

// --- opening, closing, keyboard
function setOpen(open, modal) {
  isModal = Boolean(modal);
  at('chat').setAttribute('aria-modal', String(isModal));
  if (open === isOpen) return;
  isOpen = open;
  link.keep.set('open', open ? '1' : null);
  if (!open) return draw();
  if (config.prechat === 'off' || link.keep.get('skipped') || link.token) link.start();
  draw();
  toEnd();
  (at('before').hidden ? at('text') : at('name')).focus();
  draw();
}

at('close').addEventListener('click', () => tellPage({ t: 'close' }));
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') tellPage({ t: 'close' });
  if (event.key !== 'Tab' || !isModal) return;
  const stops = [...document.querySelectorAll('button, input:not([type=file]), textarea, a[href], [tabindex="0"]')]
    .filter((each) => !each.disabled && each.offsetParent !== null);
  const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
  if (document.activeElement !== edge && stops.includes(document.activeElement)) return;
  (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
  event.preventDefault();
});
document.addEventListener('visibilitychange', noteRead);
at('scroll').addEventListener('scroll', () => { at('jump').hidden = isAtEnd(); noteRead(); });
at('jump').addEventListener('click', toEnd);
at('older').addEventListener('click', () => {
  loadingOlder = link.say({ t: 'older', n: Math.min(...events.keys()) });
});

function olderCame() {
  loadingOlder = false;
  const { scrollHeight, scrollTop } = at('scroll');
  at('log').setAttribute('aria-live', 'off'); // the past is no news
  draw();
  at('scroll').scrollTop = scrollTop + at('scroll').scrollHeight - scrollHeight;
  setTimeout(() => at('log').setAttribute('aria-live', 'polite'), 500);
}

// --- the form before the chat
at('before').addEventListener('submit', (event) => {
  event.preventDefault();
  const name = at('name').value.trim();
  const email = at('email').value.trim();
  const isBad = email ? !at('email').checkValidity() || !/@.+\../.test(email) : config.prechat === 'required';
  at('email').setAttribute('aria-invalid', String(isBad));
  at('beforeError').textContent = isBad ? words.badEmail : '';
  if (isBad) return at('email').focus();
  if (config.prechat === 'required' && !name) return at('name').focus();
  link.claim(name, email);
  skip();
});
const skip = () => {
  link.keep.set('skipped', '1');
  link.start();
  draw();
  at('text').focus();
};
at('skip').addEventListener('click', skip);

// --- writing
const text = at('text');
function grow() {
  text.style.height = 'auto';
  text.style.height = text.scrollHeight + 'px';
  at('send').disabled = !text.value.trim() && !uploads.length;
}
text.addEventListener('input', () => {
  grow();
  link.keep.set('draft', text.value || null);
  const now = Date.now();
  if (text.value && now - typedAt > 4000 && link.say({ t: 'typing', on: true })) typedAt = now;
  else if (!text.value && typedAt) { link.say({ t: 'typing', on: false }); typedAt = 0; }
});
text.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return; // 229: an input method
  event.preventDefault();
  at('compose').requestSubmit();
});

at('compose').addEventListener('submit', async (event) => {
  event.preventDefault();
  const said = text.value;
  if ([...said].length > 10000) return say(words.tooLong);
  if (uploads.some((each) => each.error)) return say(words.uploadFailed);
  if (uploads.some((each) => !each.sent)) { // goes out by itself once the last file has arrived
    at('compose').dataset.pending = '1';
    return;
  }
  delete at('compose').dataset.pending;
  if (!said.trim() && !uploads.length) return;
  link.send(said, uploads.map((each) => each.sent));
  uploads = [];
  text.value = '';
  link.keep.set('draft', null);
  typedAt = 0;
  drawFiles();
  draw();
  toEnd();
});

// --- files
function addFiles(files) {
  for (const file of files) {
    if (uploads.length >= 10) break;
    if (file.size > mostBytes) { say(words.tooLarge); continue; }
    if (file.size) startUpload({ file, progress: 0 });
  }
}

function startUpload(entry) {
  uploads.push(entry);
  const attempt = () => {
    const { promise, cancel } = link.upload(entry.file, (progress) => { entry.progress = progress; drawFiles(); });
    entry.cancel = cancel;
    promise.then((sent) => {
      entry.sent = sent;
      drawFiles();
      if (at('compose').dataset.pending) at('compose').requestSubmit();
    }, ({ code, wait }) => {
      if (!uploads.includes(entry)) return;
      if (code === 'retry' || code === 'limit') { entry.timer = setTimeout(attempt, (wait || 3) * 1000); return; }
      entry.error = true;
      delete at('compose').dataset.pending;
      say(code === 'type' ? words.badType : code === 'too-large' ? words.tooLarge : code === 'unsent' ? words.unsent : words.uploadFailed);
      drawFiles();
    });
  };
  attempt();
  drawFiles();
}

function removeUpload(entry) {
  clearTimeout(entry.timer);
  uploads = uploads.filter((each) => each !== entry);
  if (!entry.sent) entry.cancel?.();
  drawFiles();
  delete at('compose').dataset.pending;
  text.focus();
}

function drawFiles() {
  at('files').replaceChildren(...uploads.map((entry) => {
    const name = plain(entry.file.name || words.image);
    const remove = element('button', { type: 'button', class: 'quiet', 'aria-label': fill(words.remove, { name }),
      onclick: () => removeUpload(entry) }, icon('close'));
    const item = element('li', { class: entry.error ? 'bad' : '' }, element('span', { dir: 'auto' }, name), remove);
    if (!entry.sent && !entry.error) item.append(element('progress', { max: 1, value: entry.progress, 'aria-label': name }));
    return item;
  }));
  grow();
}

at('attach').addEventListener('click', () => at('pick').click());
at('pick').addEventListener('change', () => { addFiles(at('pick').files); at('pick').value = ''; });
text.addEventListener('paste', (event) => {
  if (!event.clipboardData.files.length) return;
  event.preventDefault();
  addFiles(event.clipboardData.files);
});
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  at('drop').hidden = !event.dataTransfer.types.includes('Files') || at('compose').hidden;
});
document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) at('drop').hidden = true; });
document.addEventListener('drop', (event) => {
  event.preventDefault(); // else the browser would leave for the file
  at('drop').hidden = true;
  if (!at('compose').hidden) addFiles(event.dataTransfer.files);
});

if (parent !== window) parent.postMessage({ tributary: 1, t: 'ready' }, '*'); // says nothing but that we are there
