import qs from 'qs';
import type { Answer } from './client.js';
import { refOf, schemaNamed, type Route, type Schema } from './document.js';
import { formFile } from './form-file.js';
import { OMITTED, type Ids, type Objects } from './objects.js';
import type { Request } from './send.js';

type Fields = Record<string, unknown>;

/** A call that works, before it is written down in one of the many ways. */
export interface Call {
  route: Route;
  path: string;
  ids: Ids;
  /** The fields of the body's object; undefined for routes that take none. */
  fields?: Fields;
}

export async function prepare(route: Route, objects: Objects, which: 'all' | 'needed' = 'all'): Promise<Call> {
  return { route, ...(await objects.place(route)), fields: route.body && (await objects.fields(route.body.dto, which)) };
}

/** The ordinary way: wrapped JSON, or a file where files are taken. */
export function plain(call: Call, token?: string): Request {
  const { route, path, fields } = call;
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const method = route.method.toUpperCase();
  const file = formFile();
  if (route.takesFiles) return { method, path, body: file.body, headers: { ...headers, 'content-type': file.type } };
  if (fields === undefined) return { method, path, headers };
  return { method, path, body: wrapped(call), headers: { ...headers, 'content-type': 'application/json' } };
}

/** The request with something more in its query. */
export function addQuery(request: Request, query: string): Request {
  return { ...request, path: `${request.path}${request.path.includes('?') ? '&' : '?'}${query}` };
}

/** The body's object under its name, with whatever stands beside it. */
export const inWrapper = ({ route, fields = {} }: Call, beside: Fields = {}): Fields =>
  route.body ? { [route.body.key]: fields, ...beside } : beside;

export const wrapped = (call: Call, beside: Fields = {}): string => JSON.stringify(inWrapper(call, beside));

/** As Rails, PHP and jQuery write forms. */
export const formOf = (fields: Fields): string => qs.stringify(fields, { arrayFormat: 'brackets' });

/** Every leaf of an input changed; lists are leaves too. */
export function mapLeaves(fields: Fields, change: (value: unknown, name: string) => unknown): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isObject(value) ? mapLeaves(value, change) : change(value, name)]),
  );
}

/** Numbers and booleans as text, as forms and sloppy clients send them. */
export function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

/** The input with an empty text for every field that it does not have. */
export function withBlanks(dto: string, fields: Fields): Fields {
  const filled = Object.entries(schemaNamed(dto).properties ?? {}).map(([name, schema]) => [name, blank(schema, fields[name])]);
  return Object.fromEntries(filled) as Fields;
}

function blank(schema: Schema, given: unknown): unknown {
  const inner = refOf(schema);
  return inner === undefined ? (given ?? '') : withBlanks(inner, isObject(given) ? given : {});
}

/** The other names under which the fields of an input are taken, as their descriptions tell them; `content.text` is an inner one. */
export function aliasesOf(dto: string): { field: string; alias: string }[] {
  return Object.entries(schemaNamed(dto).properties ?? {}).flatMap(([field, schema]) => {
    if (OMITTED[`${dto}.${field}`] !== undefined) return [];
    const list = /Also taken as ([^.]+)\./.exec(schema.description ?? '')?.[1] ?? '';
    const own = [...list.matchAll(/`(\w+)`/g)].map(([, alias = '']) => ({ field, alias }));
    const inner = refOf(schema);
    const nested = inner === undefined ? [] : aliasesOf(inner);
    return [...own, ...nested.map(({ field: name, alias }) => ({ field: `${field}.${name}`, alias }))];
  });
}

/** The fields with one of them, which must be there, under another name. */
export function renamed(fields: Fields, field: string, alias: string): Fields {
  const [name = '', ...rest] = field.split('.');
  const { [name]: value, ...others } = fields;
  if (value === undefined) throw new Error(`the input has no ${name}`);
  return rest.length === 0
    ? { ...others, [alias]: value }
    : { ...others, [name]: renamed(value as Fields, rest.join('.'), alias) };
}

/** What kind of thing an answer is, without what differs from one call to the next. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (!isObject(value)) return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
}

export function leafAt(fields: Fields, path: string): unknown {
  const [name = '', ...rest] = path.split('.');
  return rest.length === 0 ? fields[name] : leafAt((fields[name] ?? {}) as Fields, rest.join('.'));
}

/** The fields with another value at the end of a way. */
export function withLeaf(fields: Fields, path: string, value: unknown): Fields {
  const [name = '', ...rest] = path.split('.');
  return { ...fields, [name]: rest.length === 0 ? value : withLeaf(fields[name] as Fields, rest.join('.'), value) };
}

export interface Outcome {
  status: number;
  shape: unknown;
  /** The fields whose values the answer repeats. */
  told: string[];
}

/** What is compared with the same call written otherwise. */
export function outcome({ status, body, text }: Answer, { fields = {} }: Pick<Call, 'fields'> = {}): Outcome {
  const told = leavesOf(fields).filter(
    ([, value]) => typeof value === 'string' && text.includes(JSON.stringify(value).slice(1, -1)),
  );
  return { status, shape: shapeOf(body), told: told.map(([path]) => path) };
}

/** The fields of an input with the way to them, as in `content.text`. */
export function leavesOf(fields: Fields, prefix = ''): [path: string, value: unknown][] {
  return Object.entries(fields).flatMap(([name, value]) =>
    isObject(value) ? leavesOf(value, `${prefix}${name}.`) : [[`${prefix}${name}`, value] as [string, unknown]],
  );
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
