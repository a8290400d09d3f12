import { prepareContent, type PreparedContent } from '../platform/html/content.js';
import { htmlOfText } from '../platform/html/sanitize.js';
import { LANGUAGES, NOTES, type Phrases } from './phrases.table.js';
import type { Random } from './random.js';
import { EMOJI, RARE_HEADS, RARE_TAILS, WORDS } from './words.table.js';

/** Who writes to whom: the names that stand in greetings and signatures. */
export interface Voices {
  me: string;
  name: string;
}

const RICH_SHARE = 0.01;
const EMOJI_SHARE = 0.03;
const CODE_LETTERS = 'ABCDEFGHKLMNPRSTUVWXYZ';

const LANGUAGE_SHARES = LANGUAGES.reduce((sum, [, share]) => sum + share, 0);

/** The language in which a ticket is written. */
export function pickLanguage(random: Random): Phrases {
  let left = random.below(LANGUAGE_SHARES);
  for (const [phrases, share] of LANGUAGES) {
    if (left < share) return phrases;
    left -= share;
  }
  throw new RangeError('the shares of the languages do not add up');
}

export function writeSubject(random: Random, language: Phrases, voices: Voices): string {
  const subject = fill(random, random.pickByRank(language.subjects), voices);
  return subject.charAt(0).toUpperCase() + subject.slice(1);
}

/** A public message: greeting, a few sentences in paragraphs, signature. About 50 words. */
export function writeMessage(random: Random, language: Phrases, voices: Voices, kind: 'asks' | 'answers'): PreparedContent {
  const paragraphs = random.chance(0.75) ? [fill(random, random.pick(language.hello), voices)] : [];
  const sentences = writeSentences(random, language[kind], voices, 2 + random.below(6));
  while (sentences.length > 0) paragraphs.push(sentences.splice(0, 1 + random.below(4)).join(' '));
  if (random.chance(EMOJI_SHARE)) paragraphs.push(random.pick(EMOJI));
  if (random.chance(0.75)) paragraphs.push(fill(random, random.pick(language.bye), voices));
  // Mail programs send html of their own. Cleaning it is dear, so a few such messages must do.
  return prepareContent(random.chance(RICH_SHARE) ? { html: mailHtml(paragraphs) } : { text: paragraphs.join('\n\n') });
}

/** One or two sentences among colleagues. */
export function writeNote(random: Random, voices: Voices): PreparedContent {
  return prepareContent({ text: writeSentences(random, NOTES, voices, 1 + random.below(2)).join(' ') });
}

/** Lines such as a program leaves in its log. */
export function writeLog(random: Random, lines: number): string {
  const voices = { me: 'root', name: 'root' };
  return Array.from({ length: lines }, (_, line) => `${String(line)} ${fill(random, random.pick(NOTES), voices)}\n`).join('');
}

function mailHtml(paragraphs: string[]): string {
  const body = paragraphs.map((paragraph) => `<p style="margin: 0 0 8px">${htmlOfText(paragraph)}</p>`).join('\n');
  return `<div dir="ltr">${body}</div><script>track()</script>`;
}

/** Nobody says the same twice, so of few phrases it may become fewer than `count`. */
function writeSentences(random: Random, phrases: readonly string[], voices: Voices, count: number): string[] {
  const said = new Set<string>();
  for (let sentence = 0; sentence < count; sentence++) said.add(random.pickByRank(phrases));
  return Array.from(said, (phrase) => fill(random, phrase, voices));
}

/** Phrases cut at their slots: text at even places, names of slots at odd ones. Each is cut once. */
const cut = new Map<string, string[]>();

function fill(random: Random, phrase: string, voices: Voices): string {
  let parts = cut.get(phrase);
  if (!parts) {
    parts = phrase.split(/[{}]/);
    cut.set(phrase, parts);
  }
  let text = '';
  for (const [place, part] of parts.entries()) {
    const next = place % 2 === 0 ? part : slot(random, part, voices);
    // A word beside the article: "an order", but "a printer".
    text = text.endsWith(' a ') && /^[aeio]/.test(next) ? `${text.trimEnd()}n ${next}` : text + next;
  }
  return text;
}

function slot(random: Random, name: string, voices: Voices): string {
  switch (name) {
    case 'me':
      return voices.me;
    case 'name':
      return voices.name;
    case 'code':
      return `${CODE_LETTERS.charAt(random.below(CODE_LETTERS.length))}-${10_000 + random.below(900_000)}`;
    case 'rare':
      return `${random.pickByRank(RARE_HEADS)}${random.pickByRank(RARE_TAILS)}-${random.rank(2000) + 1}`;
    case 'thing':
    case 'happened':
    case 'when':
    case 'place':
    case 'quality':
    case 'department':
      return random.pickByRank(WORDS[name]);
    default:
      throw new Error(`a phrase has the unknown slot {${name}}`);
  }
}
