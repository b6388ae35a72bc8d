// The one script of the web chat: <script async src="https://HUB/w/KEY.js" data-locale="de"></script>
// It draws the launcher on the shop's page and keeps the chat in a frame of the hub's own origin: neither page reaches into
// the other. Everything it adds lives in a shadow root, so the shop's styles and ours do not meet.
(() => {
  'use strict';
  const script = document.currentScript;
  if (!script || (window.Tributary && window.Tributary.loaded)) return;
  const base = script.src.replace(/\.js(?:[?#].*)?$/, '');
  const hub = new URL(base).origin;
  const asked = (window.Tributary && window.Tributary.q) || []; // calls made before this script was there
  const narrow = window.matchMedia('(max-width: 480px), (max-height: 460px)');

  const css = `
    :host { all: initial; --a: #0e6b78; --on: #fff; --ring: #0b6472; --edge: #fff }
    @media (prefers-color-scheme: dark) { :host { --a: #4db5c2; --on: #06181b; --ring: #5cc3cf; --edge: #121518 } }
    button { position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000; inline-size: 56px;
      block-size: 56px; border: 0; border-radius: 50%; padding: 0; background: var(--a); color: var(--on); cursor: pointer;
      box-shadow: 0 2px 4px rgb(0 0 0 / .1), 0 8px 24px -4px rgb(0 0 0 / .28); transition: transform .12s ease-out }
    button:hover { transform: scale(1.05) }
    button:active { transform: scale(.97) }
    button:focus-visible { outline: 2px solid var(--ring); outline-offset: 3px }
    svg { inline-size: 26px; block-size: 26px; display: block; margin: auto }
    b { position: absolute; inset-block-start: -3px; inset-inline-end: -3px; box-sizing: border-box; min-inline-size: 22px;
      block-size: 22px; padding: 0 6px; border-radius: 11px; background: #b3261e; color: #fff; border: 2px solid var(--edge);
      font: 600 12px/18px system-ui, sans-serif; text-align: center }
    b:empty { display: none }
    .frame { position: fixed; inset-block-end: 88px; inset-inline-end: 20px; z-index: 2147483001; inline-size: 384px;
      block-size: min(640px, calc(100vh - 112px)); border-radius: 16px; overflow: hidden; background: #fff;
      box-shadow: 0 2px 4px rgb(0 0 0 / .06), 0 16px 40px -4px rgb(0 0 0 / .24); opacity: 0; visibility: hidden;
      transform: translateY(12px); transition: opacity .18s ease-out, transform .18s ease-out, visibility 0s .18s }
    .frame.open { opacity: 1; visibility: visible; transform: none; transition-delay: 0s }
    @media (prefers-color-scheme: dark) { .frame { background: #1a1f23; outline: 1px solid #343c43 } }
    iframe { border: 0; inline-size: 100%; block-size: 100%; display: block; color-scheme: normal }
    .left button, .left .frame { inset-inline: 20px auto }
    @media (max-width: 480px), (max-height: 460px) {
      .frame, .left .frame { inset: 0; inline-size: auto; block-size: 100vh; block-size: 100dvh; border-radius: 0 }
      .isOpen button { display: none }
    }
    @media (prefers-reduced-motion: reduce) { button, .frame { transition: none } }
    @media print { :host { display: none } }`;

  let frame = null;   // the iframe, once made
  let ready = false;  // it has said so
  let isOpen = false;
  let waiting = [];   // for the frame to be ready
  let unread = 0;
  let words = { open: 'Open chat', close: 'Close chat', fresh: '' };

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElementNS(tag === 'svg' || tag === 'path' ? 'http://www.w3.org/2000/svg'
      : 'http://www.w3.org/1999/xhtml', tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    element.append(...children);
    return element;
  };
  const host = make('div');
  const root = host.attachShadow({ mode: 'open' });
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet]; // allowed under any style-src of the shop
  } catch {
    root.append(make('style', {}, css));
  }
  const icon = make('path', { fill: 'none', stroke: 'currentColor', 'stroke-width': '2', 'stroke-linecap': 'round',
    'stroke-linejoin': 'round', d: '' });
  const badge = make('b', { 'aria-hidden': 'true' });
  const launcher = make('button', { type: 'button', 'aria-haspopup': 'dialog', 'aria-expanded': 'false' },
    make('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, icon), badge);
  const holder = make('div', { class: 'frame' });
  const box = make('div', { class: script.dataset.position === 'left' ? 'left' : '' }, launcher, holder);
  root.append(box);

  const tell = (message) => {
    if (ready) frame.contentWindow.postMessage({ tributary: 1, ...message }, hub);
    else waiting.push(message);
  };
  // Browsers that allow frames of another site no storage: then this page keeps what the frame must find again after a reload.
  const store = 'tributary:' + base.slice(base.lastIndexOf('/') + 1) + ':';
  const kept = () => {
    const all = {};
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(store)) all[key.slice(store.length)] = localStorage[key];
    } catch { /* forbidden here, too */ }
    return all;
  };
  const keep = (name, value) => {
    try {
      if (value === null) localStorage.removeItem(store + name);
      else localStorage.setItem(store + name, value);
    } catch { /* it lives as long as the page */ }
  };
  window.addEventListener('storage', ({ key, newValue }) => {
    if (frame && key && key.startsWith(store)) tell({ t: 'kept', name: key.slice(store.length), value: newValue });
  });
  const place = () => ({ url: location.href, title: document.title });

  function makeFrame() {
    if (frame) return;
    frame = make('iframe', { title: words.open, src: base + '/', allow: 'clipboard-write' });
    holder.append(frame);
  }

  function draw() {
    box.classList.toggle('isOpen', isOpen);
    holder.classList.toggle('open', isOpen);
    launcher.setAttribute('aria-expanded', String(isOpen));
    launcher.setAttribute('aria-label', isOpen ? words.close : words.open + (unread && words.fresh ? ', ' + words.fresh : ''));
    badge.textContent = unread && !isOpen ? (unread > 99 ? '99+' : String(unread)) : '';
    icon.setAttribute('d', isOpen ? 'M6 9l6 6 6-6'
      : 'M4.5 18.5l.9-3.6A7.5 7.5 0 0 1 4 10.6C4 6.4 7.6 3.5 12 3.5s8 2.9 8 7.1-3.6 7.1-8 7.1c-1.1 0-2.200-.2-3.200-.5z');
  }

  function setOpen(open) {
    if (open) makeFrame();
    if (isOpen === open) return;
    isOpen = open;
    tell({ t: open ? 'open' : 'close', modal: narrow.matches });
    draw();
    if (!open) launcher.focus();
    else if (ready) frame.focus(); // an empty frame would lose the focus when another process fills it: see 'ready'
  }

  window.addEventListener('message', (event) => {
    if (event.origin !== hub || !frame || event.source !== frame.contentWindow || !event.data || !event.data.tributary) return;
    const message = event.data;
    if (message.t === 'ready') {
      ready = true;
      if (isOpen && [document.body, host].includes(document.activeElement)) frame.focus();
      const settings = { t: 'init', ...place(), locale: script.dataset.locale || document.documentElement.lang || '',
        open: isOpen, modal: narrow.matches, kept: kept() };
      const early = waiting.filter((each) => each.t !== 'open' && each.t !== 'close');
      waiting = [];
      tell(settings);
      early.forEach(tell);
    } else if (message.t === 'look') {
      words = message.words;
      if (message.color) {
        host.style.setProperty('--a', message.color);
        host.style.setProperty('--on', message.onColor);
      }
      frame.title = words.title;
      draw();
    } else if (message.t === 'unread') {
      unread = message.n;
      words.fresh = message.words;
      draw();
    } else if (message.t === 'keep') {
      keep(String(message.name), message.value);
    } else if (message.t === 'close') {
      setOpen(false);
    }
  });
  launcher.addEventListener('click', () => setOpen(!isOpen));
  narrow.addEventListener('change', () => tell({ t: 'layout', modal: narrow.matches }));

  // Pages that change their address without loading.
  let lastUrl = location.href;
  const moved = () => {
    if (location.href === lastUrl) return;
    lastUrl = location.href;
    if (frame) tell({ t: 'page', ...place() });
  };
  for (const event of ['popstate', 'hashchange']) window.addEventListener(event, moved);
  if (window.navigation) window.navigation.addEventListener('navigatesuccess', moved);

  const commands = {
    open: () => setOpen(true),
    close: () => setOpen(false),
    /** {identifier, hash, email, name} or {jwt}: who the shop's server says the visitor is. */
    identify: (who) => { makeFrame(); tell({ t: 'identify', who: { ...who } }); },
    /** The visitor has signed out of the shop: forget who it was. */
    logout: () => { makeFrame(); tell({ t: 'logout' }); },
  };
  window.Tributary = { ...commands, loaded: true };

  function begin() {
    document.body.append(host);
    draw();
    for (const [name, ...given] of asked) if (commands[name]) commands[name](...given);
    const { identifier, hash, jwt, email, name } = script.dataset;
    if (jwt || identifier) commands.identify({ identifier, hash, jwt, email, name });
    // The frame is small, but the shop's page goes first.
    const later = window.requestIdleCallback || ((run) => setTimeout(run, 300));
    const whenLoaded = () => later(makeFrame);
    if (document.readyState === 'complete') whenLoaded();
    else window.addEventListener('load', whenLoaded);
  }
  if (document.body) begin();
  else document.addEventListener('DOMContentLoaded', begin);
})();
