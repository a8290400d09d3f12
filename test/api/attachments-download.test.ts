import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { startDesk, type Member, type TestDesk } from '../support/desk.js';
import { openTicket } from '../support/tickets.js';
import { uploadFile } from '../support/uploads.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

/** A ticket of the company's customer that has a file in its opening, in a reply and in a note. */
async function conversation(): Promise<{ id: number; opening: number; reply: number; note: number }> {
  const { customer, agent } = desk.acme;
  const [inOpening, inReply, inNote] = [
    await uploadFile(desk, customer),
    await uploadFile(desk, agent),
    await uploadFile(desk, agent),
  ];
  const content = { text: 'See the file.' };
  const { id } = await openTicket(
    desk,
    { requester_email: customer.email, content: { ...content, attachment_ids: [inOpening.id] } },
    customer,
  );
  const client = desk.as(agent);
  await client.post(`/tickets/${id}/replies`, { reply: { content, attachment_ids: [inReply.id] } });
  await client.post(`/tickets/${id}/comments`, { comment: { content: { ...content, attachment_ids: String(inNote.id) } } });
  return { id, opening: inOpening.id, reply: inReply.id, note: inNote.id };
}

const seenBy = async (member: Member, id: number) => (await desk.as(member).download(`/attachments/${id}`)).status;

describe('who may download', () => {
  it('an upload that is not used yet: only its uploader', async () => {
    const { admin, agent, customer } = desk.acme;
    const { id } = await uploadFile(desk, customer);
    expect(await seenBy(customer, id)).toBe(200);
    for (const member of [admin, agent, desk.globex.admin]) expect(await seenBy(member, id)).toBe(404);
  });

  it('files of a ticket: all staff, and the customer, but he never those of notes', async () => {
    const { admin, agent, collaborator, customer } = desk.acme;
    const { opening, reply, note } = await conversation();
    for (const id of [opening, reply, note])
      for (const member of [admin, agent, collaborator]) expect(await seenBy(member, id)).toBe(200);
    expect([await seenBy(customer, opening), await seenBy(customer, reply), await seenBy(customer, note)]).toEqual([
      200, 200, 404,
    ]);
  });

  it('a note that a customer could have named by its number looks like a missing one', async () => {
    const { note } = await conversation();
    const client = desk.as(desk.acme.customer);
    const hidden = await client.download(`/attachments/${note}`);
    const missing = await client.download('/attachments/999999');
    expect(hidden.body).toEqual({ error: `Couldn't find Attachment with id=${note}` });
    expect(missing.body).toEqual({ error: "Couldn't find Attachment with id=999999" });
    expect((await client.download('/attachments/none')).status).toBe(404);
  });

  it('nobody of another company, also with the thumb or a range', async () => {
    const { opening } = await conversation();
    for (const member of [desk.globex.admin, desk.globex.customer]) {
      expect(await seenBy(member, opening)).toBe(404);
      expect((await desk.as(member).download(`/attachments/${opening}?version=thumb`)).status).toBe(404);
      const partly = await desk.as(member).download(`/attachments/${opening}`, { headers: { range: 'bytes=0-1' } });
      expect(partly.status).toBe(404);
    }
  });

  it('no other customer, and not even the requester once the ticket is in the trash', async () => {
    const { customer, agent } = desk.acme;
    const { id: file } = await uploadFile(desk, agent);
    await openTicket(desk, { content: { text: 'x', attachment_ids: [file] } }, agent);
    expect(await seenBy(customer, file)).toBe(404);
    const { id, opening } = await conversation();
    await desk.db.query('update tickets set trashed_at = now() where id = $1', [id]);
    expect([await seenBy(customer, opening), await seenBy(agent, opening)]).toEqual([404, 200]);
  });

  it('only with the scope, and never without a token', async () => {
    const { admin } = desk.acme;
    const { id } = await uploadFile(desk, admin);
    const answer = await desk
      .as(admin)
      .post('/api_tokens', { api_token: { user_id: admin.id, name: 'writer', scopes: ['attachments:write'] } });
    expect(await seenBy({ ...admin, token: answer.body.api_token.token }, id)).toBe(403);
    expect((await desk.as().download(`/attachments/${id}`)).status).toBe(403);
  });
});

describe('downloading', () => {
  it('works with the token in the query, on the address as it was given', async () => {
    const { customer } = desk.acme;
    const { opening } = await conversation();
    const { status, text } = await desk.as().download(`/attachments/${opening}?auth_token=${customer.token}`);
    expect({ status, text }).toEqual({ status: 200, text: 'Some notes.' });
    const wrong = await desk.as().download(`/attachments/${opening}?auth_token=wrong`);
    expect(wrong.status).toBe(403);
  });

  it('comes with headers that keep any file from acting as a page of the desk', async () => {
    const { agent } = desk.acme;
    const { id } = await uploadFile(desk, agent, { filename: 'page.html', content: '<script>steal()</script>' });
    const { headers } = await desk.as(agent).download(`/attachments/${id}`);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': 'attachment; filename=page.html',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cache-control': 'private, max-age=86400, immutable',
      vary: 'Authorization',
    });
  });

  it('shows pictures in place', async () => {
    const { agent } = desk.acme;
    const content = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const { id } = await uploadFile(desk, agent, { filename: 'rot – äh.png', content });
    const { headers } = await desk.as(agent).download(`/attachments/${id}`);
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': `inline; filename="rot ? ?h.png"; filename*=UTF-8''rot%20%E2%80%93%20%C3%A4h.png`,
      'content-security-policy': "sandbox; default-src 'none'",
    });
  });

  it('answers 304 to whoever has it, and HEAD with the headers alone', async () => {
    const client = desk.as(desk.acme.agent);
    const { id } = await uploadFile(desk, desk.acme.agent);
    const { headers } = await client.download(`/attachments/${id}`);
    expect(headers['etag']).toMatch(/^"[\w-]{27}"$/);
    for (const known of [`"other", ${headers['etag']}`, `W/${headers['etag']}`, '*']) {
      const again = await client.download(`/attachments/${id}`, { headers: { 'if-none-match': known } });
      expect({ status: again.status, length: again.bytes.length }).toEqual({ status: 304, length: 0 });
      expect(again.headers['etag']).toBe(headers['etag']);
    }
    expect((await client.download(`/attachments/${id}`, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    const head = await client.download(`/attachments/${id}`, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, text: '', headers: { 'content-length': '11', etag: headers['etag'] } });
    const other = await uploadFile(desk, desk.acme.agent);
    expect((await client.download(`/attachments/${other.id}`)).headers['etag']).not.toBe(headers['etag']);
  });

  it.each([
    ['bytes=2-4', 206, 'me ', 'bytes 2-4/11'],
    ['bytes=5-', 206, 'notes.', 'bytes 5-10/11'],
    ['bytes=-6', 206, 'notes.', 'bytes 5-10/11'],
    ['bytes=0-999', 206, 'Some notes.', 'bytes 0-10/11'],
    ['bytes=0-1,3-4', 200, 'Some notes.', undefined],
    ['lines=0-1', 200, 'Some notes.', undefined],
    ['nonsense', 200, 'Some notes.', undefined],
    ['bytes=11-', 416, '{"error":"The file has only 11 bytes"}', 'bytes */11'],
  ])('answers a range of %s with %i', async (range, status, text, part) => {
    const { id } = await uploadFile(desk, desk.acme.agent);
    const answer = await desk.as(desk.acme.agent).download(`/attachments/${id}`, { headers: { range } });
    expect({ status: answer.status, text: answer.text, part: answer.headers['content-range'] }).toEqual({ status, text, part });
  });

  it('sends the whole file when the part would be of another one', async () => {
    const { id } = await uploadFile(desk, desk.acme.agent);
    const headers = { range: 'bytes=2-4', 'if-range': '"another"' };
    expect((await desk.as(desk.acme.agent).download(`/attachments/${id}`, { headers })).status).toBe(200);
  });

  it('leads on to a file that lies elsewhere', async () => {
    const { id } = await openTicket(desk);
    const url = 'https://files.example.com/a?b=c';
    const [row] = await desk.db.query<{ id: number }>(
      `insert into attachments (company_id, message_id, filename, content_type, byte_size, external_url)
        select company_id, id, 'a.png', 'image/png', 0, $2 from messages where ticket_id = $1 returning id`,
      [id, url],
    );
    for (const query of ['', '?version=thumb', `?auth_token=${desk.acme.agent.token}`]) {
      const { status, headers } = await desk.as(desk.acme.agent).download(`/attachments/${row?.id}${query}`);
      expect({ status, location: headers['location'] }).toEqual({ status: 302, location: url });
    }
  });

  it('is our fault when the file is gone: 500, and nothing that could be cached', async () => {
    const { id } = await uploadFile(desk, desk.acme.agent);
    await desk.db.query(`update attachments set storage_key = storage_key || '0' where id = $1`, [id]);
    const { status, body, headers } = await desk.as(desk.acme.agent).download(`/attachments/${id}`);
    expect({ status, error: body.error }).toEqual({ status: 500, error: 'Internal server error' });
    expect(headers).not.toHaveProperty('cache-control');
  });
});
