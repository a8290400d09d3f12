import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { UploadSweeper } from '../../src/attachments/upload-sweeper.js';
import { buildApp, connect } from '../../src/app.js';
import { rows } from '../../src/platform/database/database.js';
import { buildLogger } from '../../src/platform/logging/logger.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { openTicket } from '../support/tickets.js';
import { until } from '../support/until.js';
import { storedFiles, traces, uploadFile } from '../support/uploads.js';

const HOUR_MS = 3_600_000;

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const sweep = () => desk.app.get(UploadSweeper).sweep();
const age = (ids: number[], hours = 25) =>
  desk.db.query('update attachments set created_at = now() - make_interval(hours => $2) where id = any ($1)', [ids, hours]);
const left = async () => (await desk.db.query<{ id: number }>('select id from attachments order by id')).map(({ id }) => id);
const bytesOf = async (companyId: number) =>
  (await desk.db.query<{ bytes: number }>('select attachment_bytes as bytes from companies where id = $1', [companyId]))[0]
    ?.bytes;

/** Runs `work` while a transaction, which it can let go of, has taken the upload for a message. */
async function whileTaken(id: number, messageId: number, work: () => Promise<void>): Promise<void> {
  await desk.db.tx(async (em) => {
    await rows(em, 'update attachments set message_id = $2 where id = $1', [id, messageId]);
    await work();
  });
}

describe('the sweep of uploads', () => {
  it('removes what nobody used within a day with its files and gives the quota back, in every company', async () => {
    const { acme, globex } = desk;
    const picture = await sharp({ create: { width: 300, height: 300, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const before = await traces(desk);
    const old = await uploadFile(desk, acme.agent, { content: picture });
    expect((await desk.as(acme.agent).download(`/attachments/${old.id}?version=thumb`)).status).toBe(200);
    const foreign = await uploadFile(desk, globex.customer);
    await age([old.id, foreign.id]);
    expect(await bytesOf(acme.id)).toBe(picture.length);
    await sweep();
    expect(await left()).toEqual([]);
    expect([await bytesOf(acme.id), await bytesOf(globex.id)]).toEqual([0, 0]);
    expect({ ...(await traces(desk)), events: 0 }).toEqual({ ...before, events: 0 });
    expect((await desk.as(acme.agent).download(`/attachments/${old.id}`)).status).toBe(404);
  });

  it('leaves younger ones, and those that a message has', async () => {
    const { agent } = desk.acme;
    const [young, used] = [await uploadFile(desk, agent), await uploadFile(desk, agent)];
    await openTicket(desk, { content: { text: 'x', attachment_ids: [used.id] } }, agent);
    await age([young.id], 23);
    await age([used.id], 1000);
    await sweep();
    expect(await left()).toEqual([young.id, used.id]);
    for (const { id } of [young, used]) expect((await desk.as(agent).download(`/attachments/${id}`)).status).toBe(200);
  });

  it('passes over one that a message is just taking', async () => {
    const { agent } = desk.acme;
    const { id } = await uploadFile(desk, agent);
    const { id: ticketId } = await openTicket(desk);
    const [message] = await desk.db.query<{ id: number }>('select id from messages where ticket_id = $1', [ticketId]);
    await age([id]);
    await whileTaken(id, message?.id ?? 0, sweep);
    expect(await left()).toContain(id);
    await sweep();
    expect((await desk.as(agent).download(`/attachments/${id}`)).status).toBe(200);
  });

  it('and messages at the same time never leave a message without its file', async () => {
    const { agent } = desk.acme;
    const uploads = await Promise.all(Array.from({ length: 12 }, () => uploadFile(desk, agent)));
    await age(uploads.map(({ id }) => id));
    const claims = uploads.map(({ id }) =>
      desk
        .as(agent)
        .post('/tickets', { ticket: { requester_email: 'a@example.com', content: { text: 'x', attachment_ids: [id] } } }),
    );
    const [answers] = await Promise.all([Promise.all(claims), sweep(), sweep()]);
    for (const [index, { status, body }] of answers.entries()) {
      expect([201, 400]).toContain(status);
      const { status: downloaded } = await desk.as(agent).download(`/attachments/${uploads[index]?.id}`);
      expect(downloaded).toBe(status === 201 ? 200 : 404);
      if (status === 201) expect(body.ticket.content.attachments).toHaveLength(1);
    }
    const [{ bytes } = { bytes: -1 }] = await desk.db.query<{ bytes: number }>(
      'select coalesce(sum(byte_size), 0)::bigint as bytes from attachments where company_id = $1',
      [desk.acme.id],
    );
    expect(await bytesOf(desk.acme.id)).toBe(bytes);
  });

  it('goes on until none is left, however many there are', async () => {
    await desk.db.query(
      `insert into attachments (company_id, uploaded_by_id, filename, content_type, byte_size, storage_key, created_at)
        select $1, $2, 'x', 'text/plain', 0, 'none/' || n, now() - interval '2 days' from generate_series(1, 1201) n`,
      [desk.acme.id, desk.acme.agent.id],
    );
    await sweep();
    expect(await desk.db.query(`select 1 from attachments where storage_key like 'none/%'`)).toEqual([]);
  });

  it('removes what dead uploads have left on the disk, and nothing that is still being written', async () => {
    const folder = join(desk.env.DATA_DIR, 'attachments', '.staging');
    await mkdir(folder, { recursive: true });
    for (const [name, hours] of [
      ['dead.part', 25],
      ['alive.part', 1],
    ] as const) {
      await writeFile(join(folder, name), 'x');
      const written = new Date(Date.now() - hours * HOUR_MS);
      await utimes(join(folder, name), written, written);
    }
    await sweep();
    expect((await storedFiles(desk)).filter((path) => path.startsWith('.staging'))).toEqual(['.staging/alive.part']);
  });

  it('is run by a worker process on its own', async () => {
    const { id } = await uploadFile(desk, desk.acme.agent);
    await age([id]);
    const env = { ...desk.env, ROLES: ['worker' as const] };
    const logger = buildLogger('silent');
    const worker = await buildApp(env, logger, await connect(env, logger, 3));
    await worker.init();
    try {
      await until(async () => !(await left()).includes(id), 'the sweep');
    } finally {
      await worker.close();
    }
  });
});
