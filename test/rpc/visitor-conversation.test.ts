import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Answer } from '../support/client.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { jQueryForm, type phpForm, postForm } from '../support/rpc.js';
import { ask } from '../support/send.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

/** Calls a function; answers what stands under `response`, of a call that succeeds. */
type Call = (name: string, args?: Record<string, unknown>) => Promise<Answer['body']>;

const through =
  (write: typeof phpForm): Call =>
  async (name, args = {}) => {
    const form = write({ token: desk.acme.admin.token, function: name, ...args });
    const { body } = await postForm(desk, form);
    if (body.success !== true) throw new Error(`${name}: ${JSON.stringify(body)}`);
    return body.response as unknown;
  };

const jQuery = through(jQueryForm);

/** Runs a program to its end, without stopping the desk meanwhile; answers what it prints. */
async function run(program: string, args: string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [printed, complaints]: [string[], string[]] = [[], []];
  child.stdout.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`${program}: ${complaints.join('')}${printed.join('')}`);
  return printed.join('');
}

/** What a program prints; nothing useful where it is missing. */
const printedBy = (program: string, ...args: string[]) => String(spawnSync(program, args).stdout);

// The usual PHP of these programs, but for the address and the arguments, which come from the command line.
const SUPPORT_BOARD_API = `
function support_board_api($url, $query) {
  $ch = curl_init($url);
  curl_setopt($ch, CURLOPT_POST, 1);
  curl_setopt($ch, CURLOPT_POSTFIELDS, http_build_query($query));
  curl_setopt($ch, CURLOPT_RETURNTRANSFER, 1);
  $response = curl_exec($ch);
  return json_decode($response, true);
}
echo json_encode(support_board_api($argv[1], json_decode($argv[2], true)));`;

const php: Call = async (name, args = {}) => {
  const query = JSON.stringify({ token: desk.acme.admin.token, function: name, ...args });
  const url = `${desk.url}/supportboard/include/api.php`;
  const answer = JSON.parse(await run('php', ['-r', SUPPORT_BOARD_API, '--', url, query])) as Record<string, unknown>;
  if (answer['success'] !== true) throw new Error(`${name}: ${JSON.stringify(answer)}`);
  return answer['response'];
};

const textsOf = (messages: { message: string }[]) => messages.map(({ message }) => message);

/** From a visitor without a name to his rating; what each side sees on the way. */
async function converse(call: Call, email: string): Promise<void> {
  const { agent } = desk.acme;
  const visitor = (await call('add-user', { first_name: '', user_type: 'visitor', extra: { city: ['Rome', 'City'] } })) as number;
  const { token, user_type: type } = await call('get-user', { user_id: visitor });
  expect(type).toBe('visitor');
  const [user] = await call('login', { user_id: visitor, user_token: token });
  expect(user).toMatchObject({ id: String(visitor), user_type: 'visitor' });

  const { details } = await call('new-conversation', { user_id: visitor, title: 'Help', department: null, status_code: 0 });
  expect(details).toMatchObject({ user_id: String(visitor), conversation_status_code: '0', source: '' });
  const conversation_id = Number(details.id);
  const asked = await call('send-message', { user_id: visitor, conversation_id, message: 'My "printer" burns & smokes – 100 %' });
  expect(asked).toMatchObject({ status: 'success', 'message-id': asked.id });
  await call('set-typing', { user_id: visitor, conversation_id });
  expect(await call('is-typing', { user_id: visitor, conversation_id })).toBe(true);
  expect(await call('is-agent-typing', { conversation_id })).toBe(false);

  const waiting = (await call('get-conversations', { status_code: 2 })) as { conversation_id: string; message: string }[];
  const row = waiting.find(({ conversation_id: id }) => id === String(conversation_id));
  expect(row).toMatchObject({ message: 'My "printer" burns & smokes – 100 %', conversation_status_code: '2' });
  await call('set-typing', { user_id: agent.id, conversation_id });
  expect(await call('is-agent-typing', { conversation_id })).toMatchObject({ id: String(agent.id) });
  const attachments = [['plan.pdf', 'https://example.com/plan.pdf']];
  await call('send-message', { user_id: agent.id, conversation_id, message: 'Have you tried water?', attachments });

  const fresh = await call('get-new-messages', { user_id: visitor, conversation_id, datetime: asked.id });
  expect(fresh).toMatchObject([{ message: 'Have you tried water?', user_type: 'agent' }]);
  expect(JSON.parse(fresh[0].attachments)).toEqual(attachments);

  await call('update-user', { user_id: visitor, email, first_name: 'Jane', last_name: 'Doe', user_type: 'user' });
  expect(await call('get-user', { user_id: visitor, extra: true })).toMatchObject({
    ...{ user_type: 'user', email, first_name: 'Jane', details: [{ slug: 'city', name: 'City', value: 'Rome' }] },
  });
  expect(await call('set-rating', { settings: { conversation_id, rating: 1 } })).toBe(true);
  expect((await call('get-rating', { user_id: agent.id }))[0]).toBeGreaterThan(0);
  const whole = await call('get-conversation', { conversation_id, user_id: visitor });
  expect(textsOf(whole.messages)).toEqual(['My "printer" burns & smokes – 100 %', 'Have you tried water?']);
  expect(whole.details).toMatchObject({ first_name: 'Jane', user_type: 'user', conversation_status_code: '1' });

  const file = new URL((await call('transcript', { conversation_id, type: 'txt' })) as string);
  const { status, text } = await ask(desk.url, { method: 'GET', path: file.pathname });
  expect([status, text.includes('Jane Doe'), text.includes('Have you tried water?')]).toEqual([200, true, true]);
}

describe('a visitor talks to the desk until he rates it', () => {
  it('with a chat that writes forms as jQuery does', async () => {
    await converse(jQuery, 'jquery@example.com');
  });

  const hasPhp = printedBy('php', '-m').includes('curl');
  (hasPhp ? it : it.skip)('with PHP, its curl and support_board_api() (needs php with curl)', async () => {
    await converse(php, 'php@example.com');
  });
});

describe('the ticket scripts', () => {
  const hasCurl = printedBy('curl', '--version').startsWith('curl');
  (hasCurl ? it : it.skip)('are called by curl from the first word to the answer (needs curl)', async () => {
    const bearer = `Authorization: Bearer ${desk.acme.admin.token}`;
    const curl = async (script: string, ...args: string[]) =>
      // What the scripts answer is known here.
      JSON.parse(await run('curl', ['-sS', ...args, `${desk.url}/api/${script}.php`, '-H', bearer]));
    const who = 'user_email=curl@example.com';
    const fields = ['subject=Test Ticket', 'message=Hello', who, 'name=Test User', 'company=Test Company', 'priority=low'];
    const made = await curl(
      'tickets_create',
      '-X',
      'POST',
      ...fields.flatMap((field) => ['-d', field]),
      '-d',
      'custom_fields={}',
    );
    expect(made).toEqual({ success: true, ticket_id: expect.any(Number) });
    const ticket = `ticket_id=${made['ticket_id']}`;
    const said = await curl('ticket_reply', '-X', 'POST', '-d', ticket, '-d', who, '-d', 'message=This is a reply');
    expect(said).toEqual({ success: true, reply_id: expect.any(Number) });
    const listed = await curl('tickets_list', '-G', '-d', who);
    expect(listed['tickets']).toMatchObject([{ id: made['ticket_id'], subject: 'Test Ticket', status: 'open', priority: 'low' }]);
    for (const method of ['GET', 'POST']) {
      const seen = await curl('ticket_view', ...(method === 'GET' ? ['-G'] : ['-X', 'POST']), '-d', ticket, '-d', who);
      expect(seen['ticket']).toMatchObject({ name: 'Test User', company: 'Test Company' });
      expect(textsOf(seen['replies'])).toEqual(['Hello', 'This is a reply']);
    }
  });
});
