import type { Answer } from './client.js';
import type { Member, TestDesk } from './desk.js';
import { askLegacy } from './legacy-http.js';
import { checkAnswer } from './openapi-check.js';

export interface ScriptCall {
  /** `tickets_list`, or a path of one's own. */
  script: string;
  method?: 'GET' | 'POST';
  query?: string;
  body?: string | Buffer;
  type?: string;
  by?: Member;
  headers?: Record<string, string>;
  url?: string;
}

const FORM = 'application/x-www-form-urlencoded';

/** Calls a script as curl does, and holds the answer to the document, whatever folder the script is in. */
export async function callScript(desk: TestDesk, call: ScriptCall): Promise<Answer> {
  const path = call.script.startsWith('/') ? call.script : `/api/${call.script}.php`;
  const { method = call.body === undefined ? 'GET' : 'POST', query = '' } = call;
  const headers = {
    ...(call.by && { authorization: `Bearer ${call.by.token}` }),
    ...(call.body !== undefined && { 'content-type': call.type ?? FORM }),
    ...call.headers,
  };
  const asked = `${path}${query && `?${query}`}`;
  const answer = await askLegacy(call.url ?? desk.url, { method, path: asked, headers, body: call.body });
  // What a script does not know is no operation of the document.
  if (answer.headers['allow'] === undefined) checkAnswer(method.toLowerCase(), `/api/${path.split('/').pop()}`, answer);
  return answer;
}

/** The same fields as a form, as JSON and as multipart. */
export function threeWays(fields: Record<string, string>): { way: string; body: string; type: string }[] {
  const boundary = 'a-boundary-of-these-tests';
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return [
    { way: 'a form', body: new URLSearchParams(fields).toString(), type: FORM },
    { way: 'JSON', body: JSON.stringify(fields), type: 'application/json' },
    { way: 'multipart', body: `${parts.join('')}--${boundary}--\r\n`, type: `multipart/form-data; boundary=${boundary}` },
  ];
}
