import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { exchange, jQueryForm, ok, phpForm, postForm, rpc, type RpcOptions } from '../support/rpc.js';
import { openTicket } from '../support/tickets.js';

let desk: TestDesk;
let ticket: { id: number };

beforeAll(async () => {
  desk = await startDesk();
  ticket = await openTicket(desk);
});
afterAll(() => desk.stop());

const count = () => ({ function: 'count-conversations', token: desk.acme.admin.token });
const post = (fields: Record<string, unknown>, options?: RpcOptions) => postForm(desk, phpForm(fields), options);

describe('the address', () => {
  it.each([
    '/include/api.php',
    '/supportboard/include/api.php',
    '/wp-content/plugins/supportboard/supportboard/include/api.php',
    '/script/include/api.php',
    '/any/other/folder/include/api.php?a=query&of=its-own',
  ])('may be %s', async (path) => {
    expect((await post(count(), { path })).body).toEqual({ success: true, response: expect.any(Number) });
  });

  it('refuses GET, since a token in a URL ends in logs', async () => {
    const path = `/include/api.php?function=count-conversations&token=${desk.acme.admin.token}`;
    const answer = await exchange(desk.url, { path });
    expect([answer.status, answer.body]).toEqual([200, { success: false, response: 'method-not-allowed' }]);
    expect(answer.headers['allow']).toBe('POST');
  });

  it('lets a timer call with GET, but not without a token', async () => {
    const answer = await exchange(desk.url, { path: '/include/api.php?piping=true' });
    expect(answer.body).toEqual({ success: false, response: 'invalid-token' });
    const path = `/include/api.php?piping=true&token=${desk.acme.admin.token}`;
    expect((await exchange(desk.url, { path })).body).toEqual({ success: true, response: true });
  });
});

describe('the body', () => {
  it('may be a form of PHP or jQuery, JSON, or multipart', async () => {
    const boundary = 'x-boundary';
    const parts = Object.entries(count()).map(
      ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const bodies = [
      { body: phpForm(count()), type: 'application/x-www-form-urlencoded' },
      { body: jQueryForm({ ...count(), unknown: [{ a: null }] }), type: 'application/x-www-form-urlencoded; charset=UTF-8' },
      { body: JSON.stringify(count()), type: 'application/json' },
      { body: `${parts.join('')}--${boundary}--\r\n`, type: `multipart/form-data; boundary=${boundary}` },
    ];
    for (const { body, type } of bodies) {
      const answer = await exchange(desk.url, {
        method: 'POST',
        path: '/include/api.php',
        body,
        headers: { 'content-type': type },
      });
      expect([type, answer.body]).toEqual([type, { success: true, response: expect.any(Number) }]);
    }
  });

  it('may name the function with blanks around it, and arguments with hyphens', async () => {
    const answer = await post({ ...count(), function: ' get-notes ', 'conversation-id': ticket.id });
    expect(answer.body).toEqual({ success: true, response: [] });
  });

  it.each([
    ['{', 'invalid-request'],
    ['a[__proto__][b]=1', 'invalid-request'],
    [`a${'[b]'.repeat(20)}=1`, 'invalid-request'],
    ['', 'invalid-token'],
  ])('that is %j is refused with 200 and a word', async (body, word) => {
    const answer = await postForm(desk, body);
    expect([answer.status, answer.body.success, answer.body.response]).toEqual([200, false, word]);
  });
});

describe('the answer', () => {
  const types: [string, Record<string, string>, string][] = [
    ['text for whoever parses it himself', {}, 'text/plain; charset=utf-8'],
    ['text for jQuery', { accept: '*/*' }, 'text/plain; charset=utf-8'],
    [
      'JSON for whoever asks for it',
      { accept: 'application/json, text/javascript, */*; q=0.01' },
      'application/json; charset=utf-8',
    ],
  ];
  it.each(types)('is called %s, also when it is an error', async (_, headers, type) => {
    for (const fields of [count(), { ...count(), token: 'wrong' }]) {
      const answer = await post(fields, { headers });
      expect(answer.headers['content-type']).toBe(type);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['vary']).toContain('Accept');
    }
  });

  it('is always called JSON where the desk is set so', async () => {
    const other = await desk.second({ RPC_ALWAYS_JSON: true });
    expect((await post(count(), { url: other.url })).headers['content-type']).toBe('application/json; charset=utf-8');
    const failed = await post({ ...count(), function: 'x' }, { url: other.url });
    expect(failed.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('stands in an envelope, and alone with envelope=0 where the documents print it so', async () => {
    await ok(desk, 'send-message', { user_id: desk.acme.agent.id, conversation_id: ticket.id, message: 'Hello' });
    const call = (envelope: object) => rpc(desk, 'get-agents-in-conversation', { conversation_id: ticket.id, ...envelope });
    const bare = (await call({ envelope: '0' })).body;
    expect(Object.keys(bare)).toEqual([String(ticket.id)]);
    // An object stands beside the envelope too, for clients written from the printed form.
    expect((await call({})).body).toEqual({ success: true, response: bare, ...bare });
    expect((await rpc(desk, 'get-notes', { conversation_id: ticket.id, envelope: 0 })).body).toEqual([]);
    expect((await rpc(desk, 'count-conversations', { envelope: 0 })).body).toMatchObject({ success: true });
  });
});

describe('the token', () => {
  it.each([
    ['of an agent', () => desk.acme.agent.token, 'not-admin'],
    ['of a customer', () => desk.acme.customer.token, 'not-admin'],
    ['that is wrong', () => 'wrong', 'invalid-token'],
    ['that is blank', () => ' ', 'invalid-token'],
  ])('%s is refused', async (_, token, word) => {
    const answer = await post({ ...count(), token: token() });
    expect([answer.status, answer.body.success, answer.body.response]).toEqual([200, false, word]);
  });

  it('may stand in the header', async () => {
    const headers = { authorization: `Bearer ${desk.acme.admin.token}` };
    expect((await post({ function: 'count-conversations' }, { headers })).body.success).toBe(true);
  });

  it('of an admin lets in wherever it stands among several', async () => {
    const { token } = desk.acme.admin;
    for (const body of [`token=${token}&token=other`, `token=other&token=${token}`, `token[]=other&token[]=${token}`])
      expect((await postForm(desk, `${body}&function=count-conversations`)).body.success).toBe(true);
  });

  it('that lacks the scope of the function is refused', async () => {
    const made = await desk.as(desk.acme.admin).post('/api_tokens', { api_token: { name: 'reading', scopes: ['tickets:read'] } });
    const { token } = made.body.api_token;
    expect((await post({ ...count(), token })).body.success).toBe(true);
    const refused = await post({ token, function: 'delete-message', message_id: 1 });
    expect(refused.body).toMatchObject({ success: false, response: 'not-admin' });
  });

  it('is limited when it is wrong, with 429', async () => {
    const other = await desk.second({ RATE_LIMITS: true });
    const wrong = () => post({ ...count(), token: 'wrong' }, { url: other.url });
    let last = await wrong();
    for (let tries = 0; tries < 31; tries++) last = await wrong();
    expect([last.status, last.body.response]).toEqual([429, 'too-many-requests']);
    expect(last.headers['retry-after']).toMatch(/^\d+$/);
  });
});

describe('a call', () => {
  it('of an unknown function is refused by a word', async () => {
    for (const name of ['no-such-function', '', 'constructor', '__proto__'])
      expect((await rpc(desk, name)).body).toEqual({ success: false, response: 'function-not-found' });
  });

  it('is carried out once for each Idempotency-Key', async () => {
    const send = () =>
      rpc(
        desk,
        'send-message',
        { user_id: desk.acme.agent.id, conversation_id: ticket.id, message: 'Once' },
        {
          headers: { 'idempotency-key': 'a-key-of-the-rpc-tests' },
        },
      );
    const [first, second] = [await send(), await send()];
    expect(second.body).toEqual(first.body);
    const { messages } = await ok(desk, 'get-conversation', { conversation_id: ticket.id });
    expect(messages.filter(({ message }: { message: string }) => message === 'Once')).toHaveLength(1);
  });
});

describe('a function that the operator has switched off', () => {
  it('is served by nobody, and does nothing, while the others are', async () => {
    const { url } = await desk.second({ RPC_DISABLED_FUNCTIONS: ['delete-message', 'update'] });
    const there = { ...desk, url };
    const sent = await ok(desk, 'send-message', { user_id: desk.acme.agent.id, conversation_id: ticket.id, message: 'Stay' });
    const { body } = await rpc(there, 'delete-message', { message_id: sent.id });
    expect(body).toMatchObject({ success: false, response: 'function-disabled' });
    const { body: kept } = await desk.as(desk.acme.agent).get(`/tickets/${ticket.id}/replies/${sent.id}`);
    expect(kept.reply.content.text).toBe('Stay');
    expect((await rpc(there, 'count-conversations', {})).body.success).toBe(true);
  });

  it('must be one, or the desk does not start', async () => {
    await expect(desk.second({ RPC_DISABLED_FUNCTIONS: ['delete-leeds'] })).rejects.toThrow('there is no function delete-leeds');
  });
});
