import { Inject, Injectable } from '@nestjs/common';
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import sharp from 'sharp';
import { ENV, type Env } from '../config/env.js';
import { NotFound } from '../platform/errors/app-errors.js';
import { LETTERS } from './letters.table.js';

const KEY_BYTES = 32;
const MAC_LETTERS = 20;
const SIZE = 128;
const MOST_KEPT = 500;
const COLORS = ['#5b7db1', '#7a5ba8', '#a85b7d', '#b1745b', '#8a8a3f', '#5f9457', '#3f8f8a', '#5a6b7b'] as const;
const NAME = new RegExp(`^([A-Z0-9]{0,2})-([0-${COLORS.length - 1}])-([0-9a-f]{${MAC_LETTERS}})$`);

/**
 * Pictures of initials. A name of one tells all that is drawn, and is signed, so that nothing has to be stored and nobody else can have
 * us draw.
 */
@Injectable()
export class Avatars {
  private readonly key: Buffer;
  private readonly drawn = new Map<string, Promise<Buffer>>();

  constructor(@Inject(ENV) env: Env) {
    this.key = Buffer.from(hkdfSync('sha256', env.APP_SECRET ?? '', '', 'avatars', KEY_BYTES));
  }

  /** The name of the picture, always the same for the same person's name; a mere head where neither name has a letter that can be drawn. */
  nameFor(firstName: string, lastName: string): string {
    const color = createHmac('sha256', 'color').update(`${firstName}\n${lastName}`).digest().readUInt8() % COLORS.length;
    const told = `${initialOf(firstName)}${initialOf(lastName)}-${color}`;
    return `${told}-${this.mac(told)}`;
  }

  /** The PNG of that name. Throws `NotFound` for a name that is none of ours. */
  async draw(name: string): Promise<Buffer> {
    const [, initials = '', color = '', mac = ''] = NAME.exec(name) ?? [];
    const isOurs = mac !== '' && timingSafeEqual(Buffer.from(mac), Buffer.from(this.mac(`${initials}-${color}`)));
    if (!isOurs) throw new NotFound('Picture', name.slice(0, 100));
    const known = this.drawn.get(name);
    if (known) return known;
    const picture = sharp(Buffer.from(svgOf(initials, COLORS[Number(color)] ?? COLORS[0])))
      .png()
      .toBuffer();
    const [oldest] = this.drawn.keys();
    if (this.drawn.size >= MOST_KEPT && oldest !== undefined) this.drawn.delete(oldest);
    this.drawn.set(name, picture);
    return picture;
  }

  private mac(told: string): string {
    return createHmac('sha256', this.key).update(told).digest('hex').slice(0, MAC_LETTERS);
  }
}

/** The first letter that can be drawn, without its accents. */
function initialOf(name: string): string {
  const letters = name.slice(0, 255).replaceAll('ß', 'S').normalize('NFKD').toUpperCase();
  return [...letters].find((letter) => Object.hasOwn(LETTERS, letter)) ?? '';
}

const HEAD = '<circle cx="32" cy="25" r="12" fill="#fff"/><path d="M8 64c0-15 10-24 24-24s24 9 24 24z" fill="#fff"/>';

function svgOf(initials: string, color: string): string {
  const drawing = initials === '' ? HEAD : lettersOf(initials);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE}" viewBox="0 0 64 64"><rect width="64" height="64" fill="${color}"/>${drawing}</svg>`;
}

const SCALE = 3.6;

function lettersOf(initials: string): string {
  const width = (initials.length * 5.6 - 1.6) * SCALE;
  const paths = [...initials].map(
    (letter, index) => `<path transform="translate(${index * 5.6} 0)" d="${LETTERS[letter] ?? ''}"/>`,
  );
  const place = `translate(${(64 - width) / 2} ${(64 - 6 * SCALE) / 2}) scale(${SCALE})`;
  return `<g transform="${place}" fill="none" stroke="#fff" stroke-width="0.8" stroke-linecap="round" stroke-linejoin="round">${paths.join('')}</g>`;
}
