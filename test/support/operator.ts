import supertest from 'supertest';
import type { Member } from './desk.js';

interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
  text: string;
  headers: Record<string, string>;
  cookies: string[];
}

interface Call {
  method?: 'get' | 'post' | 'put';
  headers?: Record<string, string>;
  form?: Record<string, string>;
}

export const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
export const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };

/** One request to the page of the queues, which is no part of the document. */
export async function visit(url: string, path: string, { method = 'get', headers = {}, form }: Call = {}): Promise<Answer> {
  const request = supertest(url)[method](path).redirects(0).set(headers);
  if (form) request.type('form').send(form);
  const { status, body, text, headers: answered } = await request;
  const { 'set-cookie': cookies = [], ...others } = answered as Record<string, string> & { 'set-cookie'?: string[] };
  return { status, body: body as unknown, text, headers: others, cookies };
}

/** Signs in with the form, as a browser does it. */
export function signIn(
  url: string,
  { token }: Pick<Member, 'token'>,
  headers: Record<string, string> = OWN_PAGE,
): Promise<Answer> {
  return visit(url, '/queues/session', { method: 'post', form: { auth_token: token }, headers: { ...BROWSER, ...headers } });
}

/** What the browser sends back of the cookies that an answer sets. */
export function cookieOf({ cookies }: Answer): Record<string, string> {
  return { cookie: cookies.map((cookie) => cookie.split(';', 1)[0]).join('; ') };
}
