import { describe, expect, it } from '@jest/globals';
import { Seal } from '../../src/platform/crypto/seal.js';

const SECRET = 'a secret that only these tests know and use';
const seal = new Seal(SECRET, 'tests');

describe('a sealed text', () => {
  it.each(['', 'text', 'größer 🔥', 'x'.repeat(100_000)])('is opened where it was closed: %.10s', (text) => {
    expect(seal.open(seal.close(text, 'here'), 'here')).toBe(text);
  });

  it('never looks the same twice, and never like the text', () => {
    const [one, other] = [seal.close('the text', 'here'), seal.close('the text', 'here')];
    expect(one.equals(other)).toBe(false);
    expect(one.includes('the text')).toBe(false);
  });

  it.each<[string, (sealed: Buffer) => string | null]>([
    ['at another place', (sealed) => seal.open(sealed, 'there')],
    ['under another secret', (sealed) => new Seal(`${SECRET}!`, 'tests').open(sealed, 'here')],
    ['for another purpose', (sealed) => new Seal(SECRET, 'others').open(sealed, 'here')],
    [
      'when a bit of it is wrong',
      (sealed) => seal.open(Buffer.from(sealed.map((byte, n) => (n === 30 ? byte ^ 1 : byte))), 'here'),
    ],
    ['when it is cut', (sealed) => seal.open(sealed.subarray(0, 20), 'here')],
    ['when there is none', () => seal.open(Buffer.alloc(0), 'here')],
  ])('is not opened %s', (_, open) => {
    expect(open(seal.close('the text', 'here'))).toBeNull();
  });
});
