import { compile } from 'html-to-text';
import sanitizeHtml from 'sanitize-html';

/** Raised whenever the rules below change: html stored under an older policy is cleaned again on its way out. */
export const HTML_POLICY = 1;

const POLICY: sanitizeHtml.IOptions = {
  allowedTags: [
    ...[
      'a',
      'abbr',
      'b',
      'blockquote',
      'br',
      'caption',
      'center',
      'cite',
      'code',
      'col',
      'colgroup',
      'dd',
      'del',
      'div',
      'dl',
      'dt',
      'em',
    ],
    ...[
      'figcaption',
      'figure',
      'font',
      'h1',
      'h2',
      'h3',
      'h4',
      'h5',
      'h6',
      'hr',
      'i',
      'img',
      'ins',
      'kbd',
      'li',
      'mark',
      'ol',
      'p',
      'pre',
      'q',
    ],
    ...[
      's',
      'samp',
      'small',
      'span',
      'strike',
      'strong',
      'sub',
      'sup',
      'table',
      'tbody',
      'td',
      'tfoot',
      'th',
      'thead',
      'tr',
      'tt',
      'u',
      'ul',
      'var',
    ],
  ],
  allowedAttributes: {
    '*': ['align', 'dir', 'lang', 'title', 'valign', 'style'],
    a: ['href', 'name', 'rel', 'target'],
    blockquote: ['cite', 'type'],
    col: ['span', 'width'],
    font: ['color', 'face', 'size'],
    img: ['src', 'alt', 'width', 'height'],
    ol: ['start', 'type'],
    table: ['border', 'cellpadding', 'cellspacing', 'width'],
    td: ['colspan', 'rowspan', 'width', 'height'],
    th: ['colspan', 'rowspan', 'scope', 'width', 'height'],
  },
  // Colours, type and boxes only: nothing that positions over the page or loads an address.
  allowedStyles: {
    '*': {
      color: [/^[#\w(),.%\s-]+$/],
      'background-color': [/^[#\w(),.%\s-]+$/],
      'font-size': [/^[\w.%-]+$/],
      'font-weight': [/^\w+$/],
      'font-style': [/^\w+$/],
      'font-family': [/^[\w\s,'"-]+$/],
      'text-align': [/^\w+$/],
      'text-decoration': [/^[\w\s-]+$/],
      margin: [/^[\w\s.%-]+$/],
      padding: [/^[\w\s.%-]+$/],
      border: [/^[#\w\s.%(),-]+$/],
      width: [/^[\w.%]+$/],
      height: [/^[\w.%]+$/],
    },
  },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['http', 'https', 'cid', 'data'] },
  allowedSchemesAppliedToAttributes: ['href', 'src', 'cite'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nonTextTags: [
    'script',
    'style',
    'textarea',
    'option',
    'noscript',
    'title',
    'xmp',
    'iframe',
    'noembed',
    'noframes',
    'svg',
    'math',
    'template',
  ],
  transformTags: {
    a: (tagName, attribs) => ({ tagName, attribs: { ...attribs, rel: 'noopener noreferrer nofollow' } }),
    img: (tagName, attribs) => (isForeignData(attribs['src']) ? { tagName: 'span', attribs: {} } : { tagName, attribs }),
  },
  nestingLimit: 100,
};

// data: may carry pictures, never documents (an svg is a document).
function isForeignData(src = ''): boolean {
  return /^\s*data:/i.test(src) && !/^data:image\/(png|jpe?g|gif|webp);base64,/i.test(src);
}

/** Html of a message, safe to show inside a page; what the policy does not name is dropped. */
export function cleanHtml(html: string): string {
  return sanitizeHtml(html, POLICY);
}

const toText = compile({
  wordwrap: false,
  limits: { maxInputLength: 2_000_000, maxDepth: 100 },
  selectors: [
    { selector: 'img', format: 'skip' },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: true } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
  ],
});

/** The readable text of html; call it with clean html only. */
export function textOfHtml(html: string): string {
  return toText(html);
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Html that shows `text` just as it was written. */
export function htmlOfText(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign).replace(/\r\n|\r|\n/g, '<br>\n');
}

const SUMMARY_LENGTH = 120;

/** `text` on one line, at most 120 characters long and never cut inside a character. */
export function summaryOf(text: string): string {
  // Blanks may be many before the first word; of the words themselves a few hundred characters are enough to look at.
  const line = text.slice(0, 4096).replace(/\s+/g, ' ').trim();
  const characters = Array.from(line.slice(0, 4 * SUMMARY_LENGTH));
  if (characters.length <= SUMMARY_LENGTH) return line;
  const head = characters.slice(0, SUMMARY_LENGTH - 1).join('');
  return `${head.trimEnd()}…`;
}
