import supertest from 'supertest';
import { checkAnswer } from './openapi-check.js';

export interface Answer {
  status: number;
  // Answers are checked against the document; tests read them as they know them to be.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
  text: string;
  headers: Record<string, string>;
}

export interface CallOptions {
  json?: unknown;
  form?: string;
  headers?: Record<string, string>;
}

export interface UploadedFile {
  filename: string;
  content: Buffer | string;
  contentType?: string;
  field?: string;
}

export interface Download extends Answer {
  bytes: Buffer;
}

/** Speaks HTTP to a desk with one token; every answer is checked against the OpenAPI document. */
export class Client {
  constructor(
    private readonly url: string,
    private readonly token: string | null,
  ) {}

  get(path: string, options: CallOptions = {}): Promise<Answer> {
    return this.call('get', path, options);
  }

  post(path: string, json?: unknown, options: CallOptions = {}): Promise<Answer> {
    return this.call('post', path, { json, ...options });
  }

  put(path: string, json?: unknown, options: CallOptions = {}): Promise<Answer> {
    return this.call('put', path, { json, ...options });
  }

  delete(path: string, options: CallOptions = {}): Promise<Answer> {
    return this.call('delete', path, options);
  }

  async call(
    method: 'get' | 'post' | 'put' | 'delete',
    path: string,
    { json, form, headers = {} }: CallOptions,
  ): Promise<Answer> {
    const request = supertest(this.url)[method](path);
    if (this.token !== null) request.set('Authorization', `Bearer ${this.token}`);
    request.set(headers);
    if (form !== undefined) request.type('form').send(form);
    else if (json !== undefined) request.type('json').send(JSON.stringify(json));
    const { status, body, text, headers: answered } = await request;
    const answer = { status, body: body as unknown, text, headers: answered as Record<string, string> };
    checkAnswer(method, path, answer);
    return answer;
  }

  /** Uploads files as multipart/form-data, each under the field `files[]` unless another is named. */
  async upload(files: UploadedFile[], path = '/attachments'): Promise<Answer> {
    const request = supertest(this.url).post(path);
    if (this.token !== null) request.set('Authorization', `Bearer ${this.token}`);
    for (const { filename, content, contentType, field = 'files[]' } of files)
      request.attach(field, Buffer.from(content), { filename, contentType });
    const { status, body, text, headers } = await request;
    const answer = { status, body: body as unknown, text, headers: headers as Record<string, string> };
    checkAnswer('post', path, answer);
    return answer;
  }

  /** Fetches a file byte for byte; redirects are not followed. */
  async download(
    path: string,
    { method = 'GET', headers = {} }: { method?: 'GET' | 'HEAD'; headers?: Record<string, string> } = {},
  ): Promise<Download> {
    const authorization: Record<string, string> = this.token === null ? {} : { authorization: `Bearer ${this.token}` };
    const response = await fetch(this.url + path, { method, headers: { ...authorization, ...headers }, redirect: 'manual' });
    const bytes = Buffer.from(await response.arrayBuffer());
    const [text, isJson] = [bytes.toString(), /json/.test(response.headers.get('content-type') ?? '')];
    const body: unknown = isJson && text !== '' ? JSON.parse(text) : {};
    const answer = { status: response.status, body, text, headers: Object.fromEntries(response.headers) };
    if (method === 'GET') checkAnswer('get', path, answer);
    return { ...answer, bytes };
  }
}
