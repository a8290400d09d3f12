import type { MailPart } from '../../platform/mail/mime.js';

/** A file that a message has. */
export interface MessageFile {
  id: number;
  filename: string;
  contentType: string;
  byteSize: number;
  /** Null for one that lies elsewhere, at `externalUrl`. */
  storageKey: string | null;
  externalUrl: string | null;
}

/** The html with its pictures as parts of the mail. */
export interface HtmlWithImages {
  html: string;
  /** The `cid` of each file of the message that the html shows, by its number. */
  cids: Map<number, string>;
  /** Pictures that stood in the html itself. */
  parts: MailPart[];
}

const IMAGE = /(<img\b[^>]*?\ssrc=")([^"]*)(")/g;
const DATA = /^data:(image\/(png|jpe?g|gif|webp));base64,([A-Za-z0-9+/=\s]+)$/i;
const MOST_DATA_IMAGES = 50;

/**
 * Lets clean html show the files of its message, and pictures that stand in it, as parts of the mail: nobody outside may fetch the former
 * from the desk, and many readers do not show the latter. What it shows of elsewhere stays.
 */
export function embedImages(
  html: string,
  files: MessageFile[],
  { baseUrl, cidDomain }: { baseUrl: string; cidDomain: string },
): HtmlWithImages {
  const cids = new Map<number, string>();
  const parts: MailPart[] = [];
  const shown = html.replace(IMAGE, (whole, before: string, source: string, after: string) => {
    const file = fileOf(source.replaceAll('&amp;', '&'), files, baseUrl);
    if (file) {
      const cid = `file-${file.id}@${cidDomain}`;
      cids.set(file.id, cid);
      return `${before}cid:${cid}${after}`;
    }
    const part = parts.length < MOST_DATA_IMAGES ? dataPart(source, parts.length + 1, cidDomain) : null;
    if (!part) return whole;
    parts.push(part);
    return `${before}cid:${part.cid}${after}`;
  });
  return { html: shown, cids, parts };
}

function fileOf(source: string, files: MessageFile[], baseUrl: string): MessageFile | undefined {
  const path = source.startsWith(`${baseUrl}/`) ? source.slice(baseUrl.length) : source;
  const id = Number(/^\/attachments\/(\d{1,15})(?:[?#]|$)/.exec(path)?.[1]);
  return files.find((file) => file.id === id && file.storageKey !== null);
}

function dataPart(source: string, number: number, domain: string): (MailPart & { cid: string }) | null {
  const [, contentType, extension, base64] = DATA.exec(source) ?? [];
  if (contentType === undefined || extension === undefined || base64 === undefined) return null;
  const content = Buffer.from(base64, 'base64');
  return { filename: `image-${number}.${extension}`, contentType, content, cid: `image-${number}@${domain}` };
}
