import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from './client.js';
import type { Member, TestDesk } from './desk.js';
import { checkAnswer } from './openapi-check.js';
import { askLegacy } from './legacy-http.js';
import type { Request } from './send.js';

export interface DocumentedArgument {
  name: string;
  required: boolean;
  default: unknown;
  aliases?: string[];
}

export interface DocumentedFunction {
  name: string;
  aliases: string[];
  group: string;
  arguments: DocumentedArgument[];
  response: { enveloped: boolean | null; example: unknown; not_found: unknown; other_responses: (string | boolean)[] };
}

/** What the documents print, as a copy. */
export const documented = JSON.parse(
  readFileSync(join(process.cwd(), 'test/fixtures/rpc-functions.json'), 'utf8'),
) as DocumentedFunction[];

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

export interface RpcOptions {
  by?: Member;
  url?: string;
  path?: string;
  headers?: Record<string, string>;
}

/** Posts a form exactly as it is written; the answer is read as JSON whatever it is called. */
export async function postForm(
  desk: TestDesk,
  body: string,
  { url = desk.url, path = '/include/api.php', headers = {} }: RpcOptions = {},
): Promise<Answer> {
  return exchange(url, { method: 'POST', path, body, headers: { ...FORM, ...headers } });
}

export async function exchange(url: string, request: Request): Promise<Answer> {
  const answer = await askLegacy(url, request);
  checkAnswer((request.method ?? 'GET').toLowerCase(), '/include/api.php', answer);
  return answer;
}

/** `a[k][j]=v`, as PHP's http_build_query writes it: numbers for lists, 1 and 0 for booleans, nothing for null. */
export function phpForm(fields: Record<string, unknown>): string {
  return pairsOf(fields, (key, name) => `${key}[${name}]`).join('&');
}

/** As jQuery writes it: `a[]=v` for what is no list or object itself, and an empty text for null. */
export function jQueryForm(fields: Record<string, unknown>): string {
  return pairsOf(fields, (key, name, isLeafOfList) => (isLeafOfList ? `${key}[]` : `${key}[${name}]`), true).join('&');
}

type NameOf = (key: string, name: string, isLeafOfList: boolean) => string;

function pairsOf(fields: object, nameOf: NameOf, isJQuery = false): string[] {
  const write = (key: string, value: unknown): string[] => {
    if (value === null || value === undefined) return isJQuery ? [`${encodeURIComponent(key)}=`] : [];
    if (typeof value === 'object')
      return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
        write(nameOf(key, name, Array.isArray(value) && (typeof inner !== 'object' || inner === null)), inner),
      );
    const text = value === true || value === false ? (isJQuery ? String(value) : String(Number(value))) : leafText(value);
    return [`${encodeURIComponent(key)}=${encodeURIComponent(text)}`];
  };
  return Object.entries(fields).flatMap(([key, value]: [string, unknown]) => write(key, value));
}

function leafText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Calls a function as PHP does, with the token of acme's admin unless another is named. */
export async function rpc(
  desk: TestDesk,
  name: string,
  args: Record<string, unknown> = {},
  options: RpcOptions = {},
): Promise<Answer> {
  const { by = desk.acme.admin } = options;
  return postForm(desk, phpForm({ token: by.token, function: name, ...args }), options);
}

/** The same, of a call that must succeed. */
export async function ok(desk: TestDesk, name: string, args: Record<string, unknown> = {}, options: RpcOptions = {}) {
  const { body, status } = await rpc(desk, name, args, options);
  if (status !== 200 || body.success !== true) throw new Error(`${name}: ${JSON.stringify(body)}`);
  return body.response;
}
