import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import qs from 'qs';
import {
  BadArgument,
  boolean,
  id,
  idOrNone,
  ids,
  links,
  statusOrSkip,
  structure,
  timeOrId,
} from '../../src/compat/rpc/arguments.js';
import { readPhpForm } from '../../src/compat/php-forms.js';
import { jQueryForm, phpForm } from '../support/rpc.js';

const word = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => !/[\0[{]/.test(text) && text.trim() !== '');
const key = fc.stringMatching(/^[a-z][a-z_-]{0,8}$/).filter((text) => !(text in Object.prototype));
const { tree } = fc.letrec<{ tree: unknown; list: unknown[]; record: Record<string, unknown>; leaf: string }>((tie) => ({
  leaf: word,
  list: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
  record: fc.dictionary(key, tie('tree'), { minKeys: 1, maxKeys: 4 }),
  tree: fc.oneof({ depthSize: 'small', maxDepth: 3 }, tie('leaf'), tie('list'), tie('record')),
}));
const nested = tree.filter((value): value is object => typeof value === 'object');

// The prototypes of what fast-check makes are not those of plain objects.
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('one value', () => {
  it('is the same from a form of PHP, one of jQuery, and as JSON text', () => {
    fc.assert(
      fc.property(nested, (value) => {
        const forms = [phpForm({ a: value }), jQueryForm({ a: value }), phpForm({ a: JSON.stringify(value) })];
        const read = forms.map((form) => structure.read(readPhpForm(form)['a']));
        expect(read).toEqual(forms.map(() => plain(value)));
      }),
    );
  });

  it('is read from a form as another reader of forms reads it', () => {
    fc.assert(
      fc.property(nested, (value) => {
        const form = phpForm({ a: value });
        const theirs = qs.parse(form, { depth: 10, arrayLimit: 1000 })['a'];
        expect(structure.read(readPhpForm(form)['a'])).toEqual(theirs);
      }),
    );
  });

  it('that is a list of ids may also be separated by commas', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 1e9 }), { minLength: 1, maxLength: 20 }), (value) => {
        const forms = [
          phpForm({ a: value }),
          jQueryForm({ a: value }),
          phpForm({ a: JSON.stringify(value) }),
          `a=${value.join(',%20')}`,
        ];
        expect(forms.map((form) => ids.read(readPhpForm(form)['a']))).toEqual(forms.map(() => value));
      }),
    );
  });
});

it('whatever comes, a reader reads it or says that it is bad', () => {
  const parsers = [id, idOrNone, ids, boolean, timeOrId, structure, links, statusOrSkip];
  fc.assert(
    fc.property(fc.anything(), (given) => {
      for (const { read } of parsers) {
        try {
          read(given);
        } catch (error) {
          expect(error).toBeInstanceOf(BadArgument);
        }
      }
    }),
    { examples: [[{ toString: 0 }]] },
  );
});

describe('forms', () => {
  it.each([
    ['a[0]=x&a[1]=y', { a: { 0: 'x', 1: 'y' } }],
    ['a[]=x&a[]=y', { a: { 0: 'x', 1: 'y' } }],
    ['a[5]=x&a[]=y', { a: { 5: 'x', 6: 'y' } }],
    ['a[k][j]=v&a[k][i]=w', { a: { k: { j: 'v', i: 'w' } } }],
    ['a%5Bk%5D=v+w%26', { a: { k: 'v w&' } }],
    ['a=1&a=2', { a: '2' }],
    ['a=1&a[b]=2', { a: { b: '2' } }],
    ['a', { a: '' }],
    ['=x&&a=%zz', { a: '%zz' }],
    ['a=b=c', { a: 'b=c' }],
  ])('%s', (form, value) => {
    expect(readPhpForm(form)).toEqual(value);
  });
});

describe('links', () => {
  it('are pairs of a name and an address of the web', () => {
    expect(links.read('[["a.png","https://example.com/a.png"]]')).toEqual([{ name: 'a.png', url: 'https://example.com/a.png' }]);
    for (const bad of ['[["a"]]', '["a"]', 'a', '[["a","javascript:alert(1)"]]', '[["a","ftp://x"]]', '{"a":"b"}'])
      expect(() => links.read(bad)).toThrow(BadArgument);
  });
});
