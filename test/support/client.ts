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

  /** Uploads files as multipart/form-data, each under the field `files[]`. */
  async upload(files: { filename: string; content: Buffer | string; contentType?: string }[]): Promise<Answer> {
    const request = supertest(this.url).post('/attachments');
    if (this.token !== null) request.set('Authorization', `Bearer ${this.token}`);
    for (const { filename, content, contentType } of files)
      request.attach('files[]', Buffer.from(content), { filename, contentType });
    const { status, body, text, headers } = await request;
    const answer = { status, body: body as unknown, text, headers: headers as Record<string, string> };
    checkAnswer('post', '/attachments', answer);
    return answer;
  }
}
