import { Parser } from 'htmlparser2';
import { attributionLines } from './attributions.js';

/** Longer html is shown whole. */
const LONGEST_HTML = 300_000;

const QUOTE_CLASSES =
  /(^|\s)(gmail_quote|gmail_quote_container|moz-cite-prefix|yahoo_quoted|zmail_extra|protonmail_quote|ms-outlook-mobile-reference-message|tutanota_quote)(\s|$)/;
const QUOTE_IDS = /^(appendonsend|(x_)?divRplyFwdMsg|mail-editor-reference-message-container|stopSpelling)$/;
/** The rule that Outlook draws above the head of what it quotes. */
const OUTLOOK_RULE = /border-top:\s*solid\s+(#[0-9a-f]{3,6}|windowtext)\s+1\.0pt/i;
const BLOCKS = new Set(
  'address article blockquote br center dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr li ol p pre section table tbody td th tr ul'.split(
    ' ',
  ),
);
const UNSEEN = new Set(['style', 'script', 'title', 'head']);

type Attributes = Record<string, string>;

/** Html up to what it quotes at its end, with elements left open; null when it quotes nothing, or when something is written below. */
export function htmlWithoutQuote(html: string, replyLine: string): string | null {
  if (html.length > LONGEST_HTML) return null;
  const scan = new QuoteScan(replyLine);
  const end = scan.of(html);
  return end === null ? null : html.slice(0, end);
}

/** Goes through html once and notes its lines until a quote begins, and whether anything is said after the quote has ended. */
class QuoteScan {
  private readonly lines: { start: number; text: string }[] = [];
  private line: { start: number; text: string } | null = null;
  private hasImage = false;
  private depth = 0;
  private unseen = 0;
  /** Where the first quote begins. */
  private begins: number | null = null;
  /** How deep the quote is inside of which the scan is; 0 for one that goes to the end whatever comes. */
  private inside: number | null = null;
  private isAnsweredBelow = false;

  constructor(private readonly replyLine: string) {}

  /** Where what its writer has added ends. */
  of(html: string): number | null {
    const parser = new Parser({
      onopentag: (name, attributes) => this.open(name, attributes, parser.startIndex),
      onclosetag: (name) => this.close(name),
      ontext: (text) => this.read(text, parser.startIndex),
    });
    parser.end(html);
    if (this.begins === null || this.isAnsweredBelow) return null;
    return this.endOfLines(this.begins);
  }

  private open(name: string, attributes: Attributes, at: number): void {
    this.depth++;
    if (UNSEEN.has(name)) this.unseen++;
    if (this.inside === null && isQuote(name, attributes)) {
      this.endLine();
      this.begins ??= at;
      this.inside = isEnclosed(name, attributes) ? this.depth : 0;
    }
    if (this.begins !== null) return;
    if (name === 'img') this.hasImage = true;
    if (BLOCKS.has(name)) this.endLine();
  }

  private close(name: string): void {
    if (UNSEEN.has(name)) this.unseen--;
    if (this.inside === this.depth) this.inside = null;
    this.depth--;
    if (BLOCKS.has(name)) this.endLine();
  }

  private read(text: string, at: number): void {
    if (this.unseen > 0 || this.inside !== null) return;
    if (this.begins !== null) this.isAnsweredBelow ||= text.trim() !== '';
    else if (this.replyLine !== '' && text.includes(this.replyLine)) {
      this.begins = this.line?.start ?? at;
      this.line = null;
      this.inside = 0;
    } else if (this.line) this.line.text += text;
    else if (text.trim() !== '') this.line = { start: at, text };
  }

  private endLine(): void {
    if (this.line) this.lines.push(this.line);
    this.line = null;
  }

  private endOfLines(begins: number): number | null {
    const count = attributionLines(this.lines.slice(-3).map(({ text }) => text));
    const attribution = count === 0 ? undefined : this.lines.at(-count);
    if (attribution) return count === this.lines.length && !this.hasImage ? null : attribution.start;
    return this.lines.length === 0 && !this.hasImage ? null : begins;
  }
}

function isQuote(name: string, attributes: Attributes): boolean {
  return (
    QUOTE_CLASSES.test(attributes['class'] ?? '') ||
    QUOTE_IDS.test(attributes['id'] ?? '') ||
    (name === 'blockquote' && attributes['type']?.toLowerCase() === 'cite') ||
    (name === 'div' && OUTLOOK_RULE.test(attributes['style'] ?? ''))
  );
}

/** True for a quote that ends with its element, so that what follows may be an answer; others mark only where it begins. */
function isEnclosed(name: string, attributes: Attributes): boolean {
  return name === 'blockquote' || /(^|\s)gmail_quote/.test(attributes['class'] ?? '');
}
