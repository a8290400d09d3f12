/** How much is fetched of a mail that is too large: its header and, as mails are written, its text. */
export const CUT_MAIL_BYTES = 1024 * 1024;

const BOUNDARY = /^content-type:[ \t]*multipart\/[^\r\n]*?boundary=(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))/im;
const OWN_FIELDS = /^(?:content-[a-z-]+|mime-version):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n/gim;

/**
 * What is taken of a mail that is larger than the desk takes: those of its parts that are whole in its `beginning`, and in place of the others
 * `notice`, which is ASCII. Without whole parts the notice is all that stands under its header.
 */
export function cutMail(beginning: Buffer, notice: string): Buffer {
  // One character for each byte, so that nothing of any charset is changed.
  const text = beginning.toString('latin1');
  const [, gap = ''] = /(\r?\n)\r?\n/.exec(text) ?? [];
  const headerEnd = gap === '' ? text.length : text.search(/\r?\n\r?\n/) + gap.length;
  const header = text.slice(0, headerEnd);
  const notes = `Content-Type: text/plain; charset=us-ascii\r\n\r\n${notice}\r\n`;
  const boundary = boundaryOf(header);
  const lastPart = boundary === null ? -1 : text.lastIndexOf(`\n--${boundary}`);
  const firstPart = boundary === null ? -1 : text.indexOf(`\n--${boundary}`);
  const isAnyWhole = lastPart > firstPart && firstPart >= 0;
  const whole = isAnyWhole
    ? `${text.slice(0, lastPart + 1)}--${boundary}\r\n${notes}--${boundary}--\r\n`
    : `${withBreak(header.replace(OWN_FIELDS, ''))}MIME-Version: 1.0\r\n${notes}`;
  return Buffer.from(whole, 'latin1');
}

function boundaryOf(header: string): string | null {
  const unfolded = header.replace(/\r?\n[ \t]+/g, ' ');
  const [, quoted, plain] = BOUNDARY.exec(unfolded) ?? [];
  return quoted ?? plain ?? null;
}

const withBreak = (header: string) => (header === '' || header.endsWith('\n') ? header : `${header}\r\n`);
