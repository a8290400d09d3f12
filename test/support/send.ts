import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { checkAnswer } from './openapi-check.js';
import type { Answer } from './client.js';

export interface Request {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Sends no Content-Length but chunks, as streaming clients do. */
  chunked?: boolean;
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** One request exactly as given: nothing is added to the path, and of the headers only what HTTP itself needs. */
export async function send(url: string, given: Request): Promise<Answer> {
  const answer = await attempt(url, given).catch((error: unknown) => {
    // The server may close a connection at the moment in which it is used again.
    if (error instanceof StaleConnection) return attempt(url, given);
    throw error;
  });
  const { method = 'GET', path } = given;
  refuseBadError(`${method} ${path}`, method, answer);
  return answer;
}

class StaleConnection extends Error {}

function attempt(url: string, { method = 'GET', path, headers = {}, body, chunked = false }: Request): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise<Answer>((resolve, reject) => {
    const framing = chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(Buffer.byteLength(body ?? '')) };
    const length = body === undefined ? {} : framing;
    const req = request({ hostname, port, path, method, agent, headers: { ...length, ...headers } }, (res) => {
      const chunks: Buffer[] = [];
      const finish = () => resolve(read(res.statusCode ?? 0, res.headers, Buffer.concat(chunks)));
      // A stream of events never ends by itself: its beginning is the answer.
      const isEndless = /^text\/event-stream/.test(res.headers['content-type'] ?? '');
      res.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (!isEndless) return;
        finish();
        res.destroy();
      });
      res.on('error', reject);
      res.on('end', finish);
    });
    req.on('error', (error: NodeJS.ErrnoException) => {
      reject(req.reusedSocket && error.code === 'ECONNRESET' ? new StaleConnection() : error);
    });
    req.end(body);
  });
}

/** The same, and the answer must be one that the document knows. */
export async function ask(url: string, given: Request): Promise<Answer> {
  const answer = await send(url, given);
  checkAnswer((given.method ?? 'GET').toLowerCase(), given.path, answer);
  return answer;
}

function read(status: number, given: IncomingHttpHeaders, content: Buffer): Answer {
  const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
  const text = content.toString('utf8');
  const isJson = /json/.test(headers['content-type'] ?? '') && text !== '';
  return { status, headers, text, body: isJson ? (JSON.parse(text) as unknown) : {} };
}

/** Errors have one form, whoever makes them: our code, Nest, Express or a parser. */
function refuseBadError(where: string, method: string, { status, headers, body, text }: Answer): void {
  if (status < 400 || method === 'HEAD') return;
  const { error } = body as { error?: unknown };
  if (typeof error !== 'string' || error.trim() === '') throw new Error(`${where} → ${status} has no error text: ${text}`);
  const type = headers['content-type'];
  if (type !== 'application/json; charset=utf-8') throw new Error(`${where} → ${status} has the type ${type}`);
  if (!headers['x-request-id']) throw new Error(`${where} → ${status} has no X-Request-Id`);
}
