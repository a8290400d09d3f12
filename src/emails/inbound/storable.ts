const LONE_SURROGATES = /\p{Cs}/gu;

/** A text as the database can hold it: without zero bytes and halves of characters. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').replace(LONE_SURROGATES, '\ufffd');
}

/** The same, at most so many characters of it, and cut inside none. */
export function storableStart(text: string, length: number): string {
  return storable(text.slice(0, length));
}

/** Bytes as a text, whatever they are. */
export function asText(bytes: Buffer): string {
  return storable(bytes.toString('utf8'));
}
