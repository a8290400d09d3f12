import { request } from 'node:http';
import type { Answer } from './client.js';
import type { Request } from './send.js';

/** One request to an older dialect, whose errors have forms of their own and whose JSON may be called text. */
export function askLegacy(url: string, { method = 'GET', path, headers = {}, body }: Request): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const req = request({ hostname, port, path, method, headers: { ...length, ...headers } }, (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (chunk: string) => (text += chunk));
      res.on('error', reject);
      res.on('end', () => {
        const answered = Object.entries(res.headers).map(([name, value]) => [name, String(value)]);
        const answer = { status: res.statusCode ?? 0, headers: Object.fromEntries(answered) as Record<string, string>, text };
        resolve({ ...answer, body: text === '' ? {} : (JSON.parse(text) as unknown) });
      });
    });
    req.on('error', reject);
    req.end(body);
  });
}
