/** The marks of the chat, the longest first: what stands in code stays as it is. */
const CODE = /```([^`]+)```|`([^`\n]+)`/g;
const MARKS: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w*])\*(?!\s)([^*\n]+?)(?<!\s)\*(?![\w*])/g, 'b'],
  [/(?<!\w)__(?!\s)([^\n]+?)(?<!\s)__(?!\w)/g, 'i'],
  [/(?<!\w)_(?![\s_])([^_\n]+?)(?<![\s_])_(?!\w)/g, 'i'],
  [/(?<![\w~])~(?!\s)([^~\n]+?)(?<!\s)~(?![\w~])/g, 'del'],
];

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);

/** Text with the marks of the chat as html; what was html already is shown as text, so that it can do no harm. */
export function formattedHtml(text: string): string {
  return render(escaped(text), (inner, tag) => `<${tag}>${inner}</${tag}>`);
}

/** The same text without its marks. */
export function withoutFormatting(text: string): string {
  return render(text, (inner) => inner);
}

function render(text: string, mark: (inner: string, tag: string) => string): string {
  const parts: string[] = [];
  let end = 0;
  for (const found of text.matchAll(CODE)) {
    parts.push(marked(text.slice(end, found.index), mark), mark(found[1] ?? found[2] ?? '', 'code'));
    end = found.index + found[0].length;
  }
  return [...parts, marked(text.slice(end), mark)].join('');
}

function marked(text: string, mark: (inner: string, tag: string) => string): string {
  return MARKS.reduce((left, [form, tag]) => left.replace(form, (_, inner: string) => mark(inner, tag)), text);
}
