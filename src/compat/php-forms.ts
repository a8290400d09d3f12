import { Unreadable } from '../platform/errors/app-errors.js';

const MOST_PAIRS = 1000;
const MOST_LEVELS = 10;

type Node = Record<string, unknown>;

/**
 * Reads a form as PHP does: `a[k][j]=v` nests, `a[]=v` counts on, and the last of equal names holds, but for those in `repeated`, of which
 * every value is kept. A list stays what PHP makes of it, an object with the keys 0, 1, 2 …, because only who knows the argument can
 * tell a list from the numbers of objects (`custom_fields[1]=x`). Throws `Unreadable` beyond 1,000 values or 10 levels.
 */
export function readPhpForm(text: string, repeated: readonly string[] = []): Node {
  const pairs = text.split('&').filter((pair) => pair !== '' && !pair.startsWith('='));
  if (pairs.length > MOST_PAIRS) throw new Unreadable(`The form has more than ${MOST_PAIRS} values`);
  const form: Node = {};
  for (const pair of pairs) {
    const end = pair.includes('=') ? pair.indexOf('=') : pair.length;
    const [name, value] = [decode(pair.slice(0, end)), decode(pair.slice(end + 1))];
    if (repeated.includes(name)) put(form, [name, ''], value);
    else put(form, keysOf(name), value);
  }
  return form;
}

function keysOf(name: string): string[] {
  const [, base = name, brackets = ''] = /^([^[]+)((?:\[[^\]]*\])+)/.exec(name) ?? [];
  const keys = [base.trim(), ...[...brackets.matchAll(/\[([^\]]*)\]/g)].map(([, key = '']) => key)];
  if (keys.length > MOST_LEVELS) throw new Unreadable(`The form is nested more than ${MOST_LEVELS} levels deep`);
  return keys;
}

function put(form: Node, keys: string[], value: string): void {
  let node = form;
  keys.forEach((given, level) => {
    const key = given === '' ? String(nextIndex(node)) : given;
    if (key === '__proto__') throw new Unreadable('The input has a key that is not allowed: __proto__');
    if (level === keys.length - 1) {
      node[key] = value;
      return;
    }
    const inner = Object.hasOwn(node, key) ? node[key] : undefined;
    node = isNode(inner) ? inner : (node[key] = {});
  });
}

function nextIndex(node: Node): number {
  const taken = Object.keys(node).filter((key) => /^\d{1,9}$/.test(key));
  return taken.length === 0 ? 0 : Number(taken[taken.length - 1]) + 1;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

// Escapes that mean nothing stand for themselves.
function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
