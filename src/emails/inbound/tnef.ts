import { nameless } from './file-names.js';
import type { MailFile } from './mail.js';
import { PROPERTY, readProperties, textOf } from './mapi-properties.js';
import { storable } from './storable.js';

const SIGNATURE = 0x223e9f78;

/** The attributes of Microsoft's winmail.dat that matter here ([MS-OXTNEF] section 2.1.3.2). */
const ATTRIBUTE = {
  body: 0x0002800c,
  messageProperties: 0x00069003,
  attachBegins: 0x00069002,
  attachTitle: 0x00018010,
  attachData: 0x0006800f,
  attachProperties: 0x00069005,
};

export interface TnefContents {
  text: string | null;
  html: string | null;
  files: MailFile[];
}

interface Attribute {
  id: number;
  value: Buffer;
}

/** What is inside of a winmail.dat; null when it is none. One that breaks off gives what comes before. */
export function readTnef(bytes: Buffer): TnefContents | null {
  if (bytes.length < 6 || bytes.readUInt32LE(0) !== SIGNATURE) return null;
  const contents: TnefContents = { text: null, html: null, files: [] };
  for (const { id, value } of attributesOf(bytes)) take(contents, id, value);
  contents.files = contents.files.filter(({ content }) => content.length > 0);
  return contents;
}

function* attributesOf(bytes: Buffer): Generator<Attribute> {
  // After the signature and the key: one byte of level, four of id, four of length, the value, two of checksum.
  let at = 6;
  while (at + 9 <= bytes.length) {
    const id = bytes.readUInt32LE(at + 1);
    const length = bytes.readUInt32LE(at + 5);
    if (at + 9 + length > bytes.length) return;
    yield { id, value: bytes.subarray(at + 9, at + 9 + length) };
    at += 9 + length + 2;
  }
}

function take(contents: TnefContents, id: number, value: Buffer): void {
  const file = contents.files.at(-1);
  if (id === ATTRIBUTE.body) contents.text = storable(value.toString('latin1')) || null;
  else if (id === ATTRIBUTE.messageProperties) takeMessage(contents, value);
  else if (id === ATTRIBUTE.attachBegins)
    contents.files.push({
      filename: 'attachment',
      contentType: 'application/octet-stream',
      content: Buffer.alloc(0),
      cid: null,
    });
  else if (file && id === ATTRIBUTE.attachTitle) file.filename = untilZero(value) || file.filename;
  else if (file && id === ATTRIBUTE.attachData) file.content = value;
  else if (file && id === ATTRIBUTE.attachProperties) takeFile(file, value);
}

function takeMessage(contents: TnefContents, value: Buffer): void {
  const properties = readProperties(value);
  contents.text = textOf(properties.get(PROPERTY.body)) || contents.text;
  contents.html = textOf(properties.get(PROPERTY.html)) || null;
}

function takeFile(file: MailFile, value: Buffer): void {
  const properties = readProperties(value);
  const type = textOf(properties.get(PROPERTY.attachType));
  if (/^[\w.+-]+\/[\w.+-]+$/.test(type)) file.contentType = type.toLowerCase();
  if (file.filename === 'attachment') file.filename = nameless(file.contentType);
  file.filename = textOf(properties.get(PROPERTY.attachLongName)) || file.filename;
  file.cid = textOf(properties.get(PROPERTY.attachContentId)).replace(/^<|>$/g, '') || null;
}

function untilZero(value: Buffer): string {
  return storable(value.toString('latin1').split('\0', 1)[0] ?? '');
}
