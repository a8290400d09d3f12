import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Answer, UploadedFile } from './client.js';
import type { Member, TestDesk } from './desk.js';
import { ask } from './send.js';

export interface Uploaded {
  id: number;
  filename: string;
  content_type: string;
}

/** Uploads one file, and answers it as presented. */
export async function uploadFile(desk: TestDesk, by: Member, file: Partial<UploadedFile> = {}): Promise<Uploaded> {
  const whole = { filename: 'notes.txt', content: 'Some notes.', contentType: 'text/plain', ...file };
  const { status, text, body } = await desk.as(by).upload([whole]);
  if (status !== 201) throw new Error(`the file was not uploaded: ${text}`);
  return body.attachment as Uploaded;
}

/** The files that the desk has on its disk, published or not, as paths under its storage. */
export async function storedFiles(desk: TestDesk): Promise<string[]> {
  const root = join(desk.env.DATA_DIR, 'attachments');
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

/** Everything that an upload leaves behind. */
export async function traces(desk: TestDesk): Promise<object> {
  const [counted] = await desk.db.query<object>(`select (select count(*) from attachments) as rows,
    (select sum(attachment_bytes) from companies) as bytes, (select count(*) from events) as events`);
  return { ...counted, files: (await storedFiles(desk)).sort() };
}

export interface Part {
  head: string;
  content: string | Buffer;
}

const BOUNDARY = 'a-boundary-of-our-own';

export interface RawBody {
  headers: Record<string, string>;
  body: Buffer | string;
}

/** A part as browsers send a file; the name goes in as it is. */
export function filePart(filename: string, content: Part['content'] = 'x', type = 'text/plain'): Part {
  return { head: `Content-Disposition: form-data; name="files[]"; filename="${filename}"\r\nContent-Type: ${type}`, content };
}

/** A multipart body written by hand, for what no decent client sends. */
export function multipart(parts: Part[], end = `\r\n--${BOUNDARY}--\r\n`): RawBody & { body: Buffer } {
  const pieces = parts.flatMap(({ head, content }, index) => [
    Buffer.from(`${index === 0 ? '' : '\r\n'}--${BOUNDARY}\r\n${head}\r\n\r\n`),
    Buffer.from(content),
  ]);
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: Buffer.concat([...pieces, Buffer.from(end)]),
  };
}

/** Posts a body that was written by hand. */
export function postFiles(desk: TestDesk, by: Member, { headers, body }: RawBody, chunked = false): Promise<Answer> {
  const authorization = `Bearer ${by.token}`;
  return ask(desk.url, { method: 'POST', path: '/attachments', headers: { ...headers, authorization }, body, chunked });
}

/** A picture of one colour. */
export function pictureOf(format: 'png' | 'jpeg' | 'gif' | 'webp' | 'avif' | 'tiff', width = 400, height = 100): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#2f6f9f' } })
    .toFormat(format)
    .toBuffer();
}
