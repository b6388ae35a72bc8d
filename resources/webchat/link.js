// The line to the hub: session, socket, the queue of what is not yet acknowledged. Knows nothing of the screen.

/** What outlives a reload: localStorage of this frame. Where the browser forbids that to frames of another site, the shop's page
 *  keeps it for us (`page`); and if it cannot either, memory does. */
class Keep {
  constructor(prefix) {
    this.prefix = prefix;
    this.memory = new Map();
    this.page = null;
    try {
      localStorage.setItem(prefix + 'try', '1');
      localStorage.removeItem(prefix + 'try');
      this.disk = localStorage;
    } catch {
      this.disk = null;
    }
  }
  get(name) {
    return this.memory.get(name) ?? this.disk?.getItem(this.prefix + name) ?? null;
  }
  set(name, value) {
    this.memory.delete(name);
    if (this.disk) {
      try {
        if (value === null) this.disk.removeItem(this.prefix + name);
        else this.disk.setItem(this.prefix + name, value);
        return;
      } catch { /* full: it lives as long as this page */ }
    }
    if (value !== null) this.memory.set(name, value);
    if (!this.disk) this.page?.(name, value);
  }
  /** Takes over what the shop's page has kept, or has heard from another of its tabs. */
  adopt(kept) {
    if (this.disk) return;
    for (const [name, value] of Object.entries(kept)) value === null ? this.memory.delete(name) : this.memory.set(name, value);
  }
  names(start) {
    const own = this.disk ? Object.keys(this.disk).filter((key) => key.startsWith(this.prefix))
      .map((key) => key.slice(this.prefix.length)) : [];
    return [...new Set([...own, ...this.memory.keys()])].filter((name) => name.startsWith(start));
  }
}

export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // plain http has no randomUUID
  bytes[6] = bytes[6] & 0x0f | 0x40;
  bytes[8] = bytes[8] & 0x3f | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const beatEvery = 25000;
const deadAfter = 40000;
const patience = 10000; // for an answer to a hand-shake, a message or a ping after sleep
const keptFor = 7 * 86400e3; // what the hub has taken, for one that comes back from a backup without it
const mostKept = 50;

export class Link {
  /** `hear` gets every frame and what happens to the line: see app.js. */
  constructor(key, base, hear) {
    this.base = base;
    this.keep = new Keep('tributary:' + key + ':');
    this.hear = hear;
    this.site = '';
    this.highest = -1;     // newest event number shown
    this.socket = null;
    this.live = false;     // welcomed
    this.stopped = false;  // refused for good
    this.tries = 0;
    this.timer = 0;
    this.who = null;       // proof given by the page
    this.at = null;        // the page
    this.pausedUntil = 0;  // the hub has asked us to wait
    addEventListener('online', () => this.hurry());
    addEventListener('pageshow', () => this.hurry());
    document.addEventListener('visibilitychange', () => document.hidden || this.hurry());
    addEventListener('storage', (event) => {
      if (event.key?.startsWith(this.keep.prefix)) this.otherTab(event.key.slice(this.keep.prefix.length));
    });
    setInterval(() => this.beat(), 5000);
  }

  get token() { return this.keep.get('token'); }
  get wanted() { return this.started && !this.stopped; }

  start() {
    if (this.started) return;
    this.started = true;
    this.connect();
  }

  // --- the queue: one entry a message, so that two tabs never overwrite each other's
  queue() { return this.kept('q:'); }

  kept(start) {
    return this.keep.names(start).map((name) => {
      try { return JSON.parse(this.keep.get(name)); } catch { return null; }
    }).filter(Boolean).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  }

  send(text, files) {
    const message = { id: uuid(), text, files, at: Math.max(Date.now(), (this.lastAt || 0) + 1) };
    this.lastAt = message.at;
    this.keep.set('q:' + message.id, JSON.stringify(message));
    this.start();
    if (!this.pausedUntil) this.post(message); // else after those that wait: order is the hub's, by arrival
    return message;
  }

  settled(id, taken) {
    const message = this.keep.get('q:' + id);
    this.keep.set('q:' + id, null);
    if (!taken || !message) return;
    this.keep.set('s:' + id, message);
    const all = this.kept('s:');
    all.forEach(({ id, at }, i) => (i < all.length - mostKept || at < Date.now() - keptFor) && this.keep.set('s:' + id, null));
  }

  /** The hub's history is another one than that in which it took these: it knows by their ids which of them it still has. */
  takenAgain() {
    for (const message of this.kept('s:')) {
      this.keep.set('s:' + message.id, null);
      if (message.at > Date.now() - keptFor) this.keep.set('q:' + message.id, JSON.stringify({ ...message, again: true }));
    }
    this.hear({ t: 'queue' });
  }

  post({ id, text, files }) {
    this.say({ t: 'msg', id, text, files: files.map((file) => file.id) });
  }

  postAll() {
    for (const message of this.queue()) this.post(message);
  }

  say(frame) {
    if (!this.live) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  // --- the session
  async openSession() {
    const open = async () => {
      if (this.token) return; // another tab was faster
      const answer = await fetch(this.base + '/session', { method: 'POST', headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ site: this.site }), cache: 'no-store', credentials: 'omit' });
      if (answer.status === 403) return this.stop();
      if (!answer.ok) throw Object.assign(new Error('session'), { wait: Number(answer.headers.get('Retry-After')) });
      this.keep.set('token', (await answer.json()).token);
    };
    let entered = false; // two tabs opening at once should become one visitor; where locks are forbidden they may not
    try {
      return await navigator.locks.request(this.keep.prefix, () => { entered = true; return open(); });
    } catch (error) {
      if (entered) throw error;
      return open();
    }
  }

  async connect() {
    clearTimeout(this.timer);
    if (!this.wanted || this.socket || this.opening) return;
    this.opening = true;
    try {
      await this.openSession();
    } catch (error) {
      this.opening = false;
      return this.later(error.wait);
    }
    this.opening = false;
    if (!this.wanted || this.socket) return;
    const token = this.used = this.token;
    const socket = new WebSocket(this.base.replace(/^http/, 'ws') + '/socket');
    this.socket = socket;
    this.heard = Date.now();
    this.deadline = Date.now() + patience;
    socket.onopen = () => socket.send(JSON.stringify({ t: 'hello', v: 1, token, site: this.site, after: this.highest }));
    socket.onmessage = (event) => socket === this.socket && this.received(JSON.parse(event.data));
    socket.onclose = (event) => this.lost(socket, event.code);
  }

  lost(socket, code) {
    if (socket !== this.socket) return;
    this.socket = null;
    const was = this.live;
    this.live = false;
    if (was) this.hear({ t: 'down' });
    if (code === 4403) return this.stop();
    if (code === 4401) {
      this.forget();
      if (this.tries++ < 3) return this.connect();
    }
    this.later(code === 4400 || code === 4429 ? 30 : 0);
  }

  drop() {
    const socket = this.socket;
    if (!socket) return;
    this.lost(socket, 1006); // a dead socket would not say so for minutes
    socket.onclose = socket.onmessage = null;
    socket.close();
  }

  /** Again after 1 to 30 s, by chance: a thousand browsers lose the same hub in the same instant. */
  later(atLeast = 0) {
    clearTimeout(this.timer);
    const most = Math.min(30, 2 ** Math.min(this.tries++, 5));
    const seconds = Math.max(atLeast || 0, 1 + Math.random() * (most - 1));
    this.timer = setTimeout(() => this.connect(), seconds * 1000);
    this.hear({ t: 'down' });
  }

  stop() {
    this.stopped = true;
    this.hear({ t: 'refused' });
  }

  /** The line may have died unseen (sleep, another network, a page out of the back-forward cache). */
  hurry() {
    if (!this.wanted) return;
    if (this.live && this.socket.readyState === WebSocket.OPEN) {
      this.deadline = Date.now() + patience;
      this.say({ t: 'ping' });
    } else if (!this.socket) {
      this.tries = 0;
      this.connect();
    }
  }

  beat() {
    if (!this.socket) return;
    const now = Date.now();
    if ((this.deadline && now > this.deadline) || now - this.heard > deadAfter) return this.drop();
    if (this.live && now - this.heard > beatEvery - 5000) this.say({ t: 'ping' });
    // What has had no answer is said again; the hub knows it by its id.
    if (this.live && now - (this.posted || 0) > patience && this.queue().length && !this.pausedUntil) {
      this.posted = now;
      this.postAll();
    }
  }

  otherTab(name) {
    if (name === 'token' && this.started && this.token !== this.used) { // where page and hub are one site, our own copy comes back
      this.drop(); // somebody signed in or out in another tab
      this.highest = -1;
      this.hear({ t: 'forget' });
      this.tries = 0;
      this.connect();
    } else if (name.startsWith('q:')) {
      this.hear({ t: 'queue' });
    }
  }

  forget() {
    this.keep.set('token', null);
    this.highest = -1;
    this.hear({ t: 'forget' });
  }

  received(frame) {
    this.heard = Date.now();
    this.deadline = 0;
    switch (frame.t) {
      case 'welcome':
        this.live = true;
        this.tries = 0;
        if (this.highest >= 0 && (frame.epoch !== this.epoch || frame.last < this.highest)) {
          this.highest = -1; // a restored hub: numbers mean something else now
          this.hear({ t: 'forget' });
          this.say({ t: 'older', n: Number.MAX_SAFE_INTEGER });
        }
        this.epoch = frame.epoch;
        if ((this.keep.get('epoch') ?? frame.epoch) !== frame.epoch) this.takenAgain();
        this.keep.set('epoch', frame.epoch);
        this.hear(frame);
        this.sayClaim(); // before the first message, which then carries it
        this.posted = Date.now();
        this.pausedUntil = 0;
        this.postAll();
        if (this.who) this.prove(frame.you.proven);
        if (this.at) this.say({ t: 'page', ...this.at });
        return;
      case 'reset':
        this.keep.set('token', this.used = frame.token);
        this.highest = -1;
        return this.hear({ t: 'forget' });
      case 'events': {
        const { events, older, more } = frame;
        this.hear(frame);
        if (events.length) this.highest = Math.max(this.highest, events[events.length - 1].n);
        else if (this.highest < 0) this.highest = 0;
        if (!older && more && events.length) this.say({ t: 'since', n: this.highest });
        return;
      }
      case 'ev':
        if (frame.id) this.settled(frame.id, true);
        this.hear(frame);
        if (frame.n === this.highest + 1) this.highest = frame.n;
        return this.reach(frame.n);
      case 'ok':
        this.settled(frame.id, true);
        this.hear(frame);
        return this.reach(frame.n);
      case 'you':
        if (this.keep.get('claim')) this.keep.set('claim', null);
        return this.hear(frame);
      case 'head':
        return this.reach(frame.last);
      case 'error':
        return this.failed(frame);
      default:
        this.hear(frame);
    }
  }

  /** The hub has spoken of event `n`: what is missing up to there is asked for. */
  reach(n) {
    if (this.highest >= 0 && n > this.highest) this.say({ t: 'since', n: this.highest });
  }

  failed(frame) {
    const { code, id, retry_after: wait } = frame;
    if (code === 'other-identity') return this.logout(this.who);
    if (code === 'limit' || code === 'retry') {
      this.pausedUntil = Date.now() + (wait || 2) * 1000;
      clearTimeout(this.resume);
      this.resume = setTimeout(() => { this.pausedUntil = 0; this.postAll(); }, (wait || 2) * 1000);
    } else if (code === 'email') {
      this.keep.set('claim', null);
    } else if (id) {
      const message = code === 'file' && JSON.parse(this.keep.get('q:' + id));
      if (message?.again && message.text && message.files.length) { // its files went with the hub's newer history
        this.keep.set('q:' + id, JSON.stringify({ ...message, files: [] }));
        return this.post({ ...message, files: [] });
      }
      const kept = JSON.parse(this.keep.get('q:' + id));
      this.settled(id); // it never will be taken; `taken` means it had been
      if (code !== 'taken' && kept?.text) return this.hear({ ...frame, text: kept.text });
    }
    this.hear(frame);
  }

  /** What the visitor says of itself before the chat: kept until the hub has it. */
  claim(name, email) {
    if (!name && !email) return;
    this.keep.set('claim', JSON.stringify({ name, email }));
    this.start();
    this.sayClaim();
  }

  sayClaim() {
    const claim = this.keep.get('claim');
    if (claim) this.say({ t: 'profile', ...JSON.parse(claim) });
  }

  identify(who) {
    // The shop's page may give anything, such as a number for an id; the hub closes the line for what is no text.
    this.who = {};
    for (const name of ['identifier', 'hash', 'jwt', 'name', 'email']) this.who[name] = String(who[name] ?? '');
    this.start();
    if (this.live) this.prove(false);
  }

  prove(isProven) {
    const { name, email, ...proof } = this.who;
    // Not signed: a claim like any other, noted before the proof so that the hub keeps it only where it knows nothing better.
    if (!isProven && !proof.jwt && (name || email)) this.say({ t: 'profile', name, email });
    this.say({ t: 'identify', ...proof });
  }

  /** Forgets the person here and at the hub; goes on as somebody unknown, or as `who`. */
  logout(who = null) {
    for (const name of this.keep.names('')) this.keep.set(name, null);
    this.who = who;
    const { socket } = this;
    if (socket) { // On it the token's end is said until the hub closes it, as it does once that is so; nothing else is heard.
      const end = () => socket.send('{"t":"logout"}');
      socket.onmessage = () => setTimeout(end, 1000); // its welcome, or that it could not
      setTimeout(() => socket.close(), 3 * patience);
      if (this.live) end();
    }
    this.started = who || this.live;
    this.socket = null;
    this.live = false;
    this.forget(); // at once: the line may be dead without our knowing, and somebody else may sit down here
    this.connect();
  }

  page(at) {
    this.at = at;
    this.say({ t: 'page', ...at });
  }

  /** Resolves to {id, name, type, size}; rejects with {code, wait}. */
  upload(file, onProgress) {
    let request;
    const promise = (async () => {
      this.start();
      await this.openSession();
      return new Promise((done, fail) => {
        request = new XMLHttpRequest();
        request.open('POST', this.base + '/files');
        request.setRequestHeader('Authorization', 'Bearer ' + this.token);
        request.setRequestHeader('X-File-Name', encodeURIComponent(file.name || 'image.png'));
        request.responseType = 'json';
        request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
        request.onload = () => {
          if (request.status === 200) return done(request.response);
          fail({ code: request.response?.error || 'retry', wait: request.response?.retry_after });
        };
        request.onerror = request.onabort = () => fail({ code: 'retry' });
        request.send(file);
      });
    })();
    return { promise, cancel: () => request?.abort() };
  }

  /** The content of a file of this conversation, as a Blob. */
  async file(id) {
    const answer = await fetch(this.base + '/files/' + encodeURIComponent(id),
      { headers: { Authorization: 'Bearer ' + this.token }, credentials: 'omit' });
    if (!answer.ok) throw new Error('file ' + answer.status);
    return answer.blob();
  }
}
