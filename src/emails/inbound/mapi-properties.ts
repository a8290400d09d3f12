import { storable } from './storable.js';

/** The properties of [MS-OXPROPS] that are looked at. */
export const PROPERTY = { body: 0x1000, html: 0x1013, attachLongName: 0x3707, attachType: 0x370e, attachContentId: 0x3712 };

export interface Property {
  isUnicode: boolean;
  value: Buffer;
}

/** The bytes of each fixed type, filled up to fours. */
const FIXED: Record<number, number> = {
  ...{ 0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0a: 4, 0x0b: 4, 0x14: 8, 0x40: 8, 0x48: 16 },
};
const OF_VARIABLE_LENGTH = new Set([0x0d, 0x1e, 0x1f, 0x102]);
const UNICODE = 0x1f;
const MANY = 0x1000;
const MOST_PROPERTIES = 1000;

class BrokenOff extends Error {}

/** Reads bytes in order; throws {@link BrokenOff} at their end. */
class Reader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  take(length: number): Buffer {
    if (length < 0 || this.at + length > this.bytes.length) throw new BrokenOff();
    const taken = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return taken;
  }

  number(): number {
    return this.take(4).readUInt32LE(0);
  }

  /** With what fills it up to a multiple of four. */
  padded(length: number): Buffer {
    const taken = this.take(length);
    this.at = Math.min(this.at + ((4 - (length % 4)) % 4), this.bytes.length);
    return taken;
  }
}

/** The first value of each property of a list ([MS-OXTNEF] section 2.1.3.4); as many as can be read. */
export function readProperties(bytes: Buffer): Map<number, Property> {
  const found = new Map<number, Property>();
  try {
    const reader = new Reader(bytes);
    const count = Math.min(reader.number(), MOST_PROPERTIES);
    for (let index = 0; index < count; index++) readProperty(reader, found);
  } catch (error) {
    if (!(error instanceof BrokenOff)) throw error;
  }
  return found;
}

function readProperty(reader: Reader, found: Map<number, Property>): void {
  const tag = reader.number();
  const id = tag >>> 16;
  const type = tag & 0xffff & ~MANY;
  if (id >= 0x8000) skipName(reader);
  const isVariable = OF_VARIABLE_LENGTH.has(type);
  const size = FIXED[type];
  // What comes after a type that nobody knows cannot be found.
  if (!isVariable && size === undefined) throw new BrokenOff();
  const values = isVariable || (tag & MANY) !== 0 ? reader.number() : 1;
  for (let index = 0; index < values; index++) {
    const value = reader.padded(isVariable ? reader.number() : (size ?? 0));
    if (!found.has(id)) found.set(id, { isUnicode: type === UNICODE, value });
  }
}

function skipName(reader: Reader): void {
  reader.take(16);
  if (reader.number() === 0) reader.number();
  else reader.padded(reader.number());
}

/** A property as text; empty when there is none. */
export function textOf(property: Property | undefined): string {
  if (!property) return '';
  const text = property.isUnicode ? property.value.toString('utf16le') : readable(property.value);
  return storable(text.replace(/\0+$/, ''));
}

// It says nowhere in what letters it is written.
function readable(value: Buffer): string {
  const text = value.toString('utf8');
  return text.includes('\ufffd') ? value.toString('latin1') : text;
}
