import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { envSchema } from '../../src/config/env.js';

interface Setting {
  name: string;
  value: string;
  comment: string;
}

/** Reads `NAME=value` and `#NAME=value` lines with the comment block right above each. */
function readSettings(text: string): Setting[] {
  const settings: Setting[] = [];
  let comment = '';
  for (const line of text.split('\n')) {
    const [, name, value] = /^#?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) settings.push({ name, value, comment: comment.trim() });
    comment = line.startsWith('# ') ? `${comment} ${line.slice(2)}` : '';
  }
  return settings;
}

const settings = readSettings(readFileSync(new URL('../../.env.example', import.meta.url), 'utf8'));

describe('.env.example', () => {
  it('names exactly the settings that the desk reads, each once', () => {
    expect(settings.map(({ name }) => name).sort()).toEqual(Object.keys(envSchema.shape).sort());
  });

  it.each(settings)('explains $name', ({ comment }) => {
    expect(comment.length).toBeGreaterThanOrEqual(20);
  });

  it('shows values that the desk accepts', () => {
    const shown = Object.fromEntries(settings.filter(({ value }) => value !== '').map(({ name, value }) => [name, value]));
    expect(envSchema.safeParse(shown).error?.issues ?? []).toEqual([]);
  });

  it('shows the default wherever it does not say that the value is an example', () => {
    const defaults = settings.filter(({ value, comment }) => value !== '' && !comment.endsWith('Example:'));
    const parsed = envSchema.parse({});
    const read = envSchema.parse(Object.fromEntries(defaults.map(({ name, value }) => [name, value])));
    expect(read).toEqual(parsed);
  });
});
