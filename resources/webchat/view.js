// What is seen: pure drawing. Everything from outside becomes text nodes; nothing is ever parsed as HTML.
import { fill } from './words.js';

export const at = (id) => document.getElementById(id);

const paths = {
  close: 'M6 6l12 12M18 6L6 18',
  clip: 'M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4l7.8-7.7',
  send: 'M5 12h14M13 6l6 6-6 6',
  doc: 'M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zM14 3v5h5',
  clock: 'M12 7v5l3 2M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z',
  tick: 'M5 12.5l4.5 4.5L19 7.5',
  ticks: 'M2 12.5l4.5 4.5L16 7.5M11 16.5l.5.5L21 7.5',
  bad: 'M12 8v5M12 16.5v.1M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z',
};

export function icon(name) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** Characters that turn the reading direction: in a link or a file name they only serve to deceive. */
export const plain = (text) => text.replace(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/g, '');

const links = /\bhttps?:\/\/[^\s<>"']+|\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\b/gi;

/** Text with web and mail addresses as links; no other scheme becomes one. */
export function withLinks(text) {
  const out = document.createDocumentFragment();
  let from = 0;
  for (const match of text.matchAll(links)) {
    let address = match[0];
    if (/^http/i.test(address)) address = address.replace(/[.,;:!?)\]}]+$/, '');
    let url;
    try { url = new URL(/^http/i.test(address) ? plain(address) : 'mailto:' + address); } catch { continue; }
    out.append(text.slice(from, match.index),
      element('a', { href: url.href, target: '_blank', rel: 'noopener nofollow noreferrer' }, plain(address)));
    from = match.index + address.length;
  }
  out.append(text.slice(from));
  return out;
}

export function size(bytes, locale) {
  const [unit, value] = bytes < 1e6 ? ['kilobyte', Math.max(1, Math.round(bytes / 1e3))] : ['megabyte', Math.round(bytes / 1e5) / 10];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value);
}

function dayName(date, words) {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 864e5);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  return new Intl.DateTimeFormat(words.locale, { weekday: 'long', day: 'numeric', month: 'long' }).format(date);
}

/** Draws the conversation: keeps one element an entry and changes only what has changed, so that a screen reader hears new
 *  messages alone and a picture is fetched once. */
export class Log {
  constructor(words, fetchFile) {
    this.words = words;
    this.fetchFile = fetchFile;
    this.box = at('log');
    this.drawn = new Map(); // key -> {element, look}
    this.time = new Intl.DateTimeFormat(words.locale, { timeStyle: 'short' });
  }

  /** `entries` in order: {key, mine, text, files, at, name, auto, gone, state?, last?}. */
  draw(entries) {
    const keep = new Set();
    const wanted = [];
    let before = null;
    for (const entry of entries) {
      const isNewDay = !before || new Date(before.at).toDateString() !== new Date(entry.at).toDateString();
      if (isNewDay) wanted.push(this.part('day' + new Date(entry.at).toDateString(), dayName(entry.at, this.words), keep,
        (name) => element('div', { class: 'day' }, name)));
      const isFirst = isNewDay || before.mine !== entry.mine || before.name !== entry.name || entry.at - before.at > 180000;
      wanted.push(this.part(entry.key, JSON.stringify([entry, isFirst]), keep, () => this.entry(entry, isFirst)));
      before = entry;
    }
    for (const [key, { element: old }] of this.drawn) {
      if (!keep.has(key)) { old.remove(); this.drawn.delete(key); }
    }
    let next = this.box.firstChild;
    for (const part of wanted) {
      if (part === next) next = next.nextSibling;
      else this.box.insertBefore(part, next);
    }
  }

  part(key, look, keep, make) {
    keep.add(key);
    const known = this.drawn.get(key);
    if (known?.look === look) return known.element;
    const made = make(look);
    if (known) known.element.replaceWith(made);
    this.drawn.set(key, { element: made, look });
    return made;
  }

  entry(entry, isFirst) {
    const { words } = this;
    const box = element('div', { class: 'entry' + (entry.mine ? ' mine' : '') + (isFirst ? ' first' : '')
      + (entry.state === 'sending' ? ' waiting' : ''), 'data-n': entry.n, 'data-id': entry.id });
    const time = this.time.format(entry.at);
    const by = element('div', { class: 'by' });
    if (!entry.mine) by.append(element('b', { dir: 'auto' }, plain(entry.name || words.support)), ' ');
    if (entry.auto) by.append('· ' + words.auto + ' ');
    by.append(element('time', { datetime: new Date(entry.at).toISOString() }, time));
    if (isFirst) box.append(by);
    if (entry.gone) box.append(element('div', { class: 'bubble gone' }, words.gone));
    else if (entry.text) box.append(element('div', { class: 'bubble', dir: 'auto', title: isFirst ? undefined : time }, withLinks(entry.text)));
    if (entry.files?.length) box.append(element('div', { class: 'attached' }, ...entry.files.map((file) => this.file(file))));
    if (entry.state && (entry.last || entry.state === 'failed' || entry.state === 'sending')) box.append(this.mark(entry.state));
    return box;
  }

  mark(state) {
    const look = { sending: 'clock', sent: 'tick', delivered: 'ticks', seen: 'ticks', failed: 'bad' }[state];
    return element('div', { class: 'mark' + (state === 'seen' ? ' seen' : state === 'failed' ? ' bad' : ''), 'data-state': state },
      icon(look), this.words[state]);
  }

  file(file) {
    const name = plain(file.name || '');
    if (file.image && file.ready !== false) {
      const image = element('img', { alt: name || this.words.image, width: file.w, height: file.h });
      const button = element('button', { type: 'button', class: 'picture', 'aria-label': fill(this.words.download, { name }),
        onclick: () => this.save(file, name) }, image);
      this.blob(file).then((url) => { image.src = url; }, () => button.replaceWith(this.plainFile(file, name)));
      return button;
    }
    return this.plainFile(file, name);
  }

  plainFile(file, name) {
    return element('button', { type: 'button', class: 'file', 'aria-label': fill(this.words.download, { name }),
      onclick: () => this.save(file, name) }, icon('doc'),
      element('span', {}, element('span', { class: 'fileName', dir: 'auto' }, name),
        element('span', { class: 'fileSize' }, size(file.size || 0, this.words.locale))));
  }

  blob(file) {
    this.blobs ??= new Map();
    if (!this.blobs.has(file.id)) {
      this.blobs.set(file.id, this.fetchFile(file.id).then((blob) => URL.createObjectURL(blob)));
      this.blobs.get(file.id).catch(() => this.blobs.delete(file.id));
    }
    return this.blobs.get(file.id);
  }

  async save(file, name) {
    try {
      element('a', { href: await this.blob(file), download: name || 'file' }).click();
    } catch { /* offline: the next press tries again */ }
  }

  clear() {
    for (const url of this.blobs?.values() || []) url.then(URL.revokeObjectURL, () => {});
    this.blobs = new Map();
  }
}
