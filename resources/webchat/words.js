// What the widget says. {n}, {name}: filled in. Texts stand in the order of `names`; other languages in lang-*.js.
const names = ['open', 'close', 'title', 'fresh', 'online', 'away', 'connecting', 'refused', 'write', 'send', 'attach', 'you',
  'isTyping', 'sending', 'sent', 'delivered', 'seen', 'failed', 'older', 'jump', 'nameLabel', 'emailLabel', 'before', 'begin',
  'skip', 'badEmail', 'tooLong', 'limit', 'tooLarge', 'badType', 'uploadFailed', 'remove', 'download', 'drop', 'today',
  'yesterday', 'gone', 'awayNotice', 'support', 'auto', 'optional', 'image', 'unsent'];
const english = ['Open chat', 'Close chat', 'Chat', '{n} new', 'We are here', 'Away right now', 'Connecting …',
  'The chat is not available here.', 'Write a message', 'Send', 'Add a file', 'You', '{name} is typing', 'Sending', 'Sent',
  'Delivered', 'Seen', 'Not sent', 'Earlier messages', 'Newest messages', 'Name', 'E-mail',
  'So that we can answer you also later:', 'Start chat', 'Skip', 'Please check the e-mail address.',
  'That is more than 10,000 characters.', 'Too fast. Your message goes out in a moment.', 'Files may have up to 20 MB.',
  'This kind of file cannot be sent.', 'The file could not be sent.', 'Remove {name}', 'Download {name}', 'Drop files here',
  'Today', 'Yesterday', 'Message withdrawn', 'Leave us a message; we will answer as soon as we are back.', 'Support',
  'Automatic', 'optional', 'Picture', 'Too many files have not been sent yet. Send your message first, or come back tomorrow.'];
const translated = ['de', 'fr', 'es', 'ar', 'zh'];
const rightToLeft = ['ar', 'fa', 'he', 'ur'];

/** The texts for a language tag, English where we have none, with its direction. A page loads its own language alone. */
export async function wordsFor(tag) {
  let locale = 'en';
  try { locale = Intl.getCanonicalLocales(tag || 'en')[0]; } catch { /* not a tag */ }
  const language = locale.split('-')[0];
  let texts = english;
  try {
    if (translated.includes(language)) texts = (await import('./lang-' + language + '.js')).default;
  } catch { /* offline just now: English is better than nothing */ }
  const isOurs = texts !== english || language === 'en';
  const words = Object.fromEntries(names.map((name, i) => [name, texts[i]]));
  return { ...words, locale: isOurs ? locale : 'en', dir: isOurs && rightToLeft.includes(language) ? 'rtl' : 'ltr' };
}

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
