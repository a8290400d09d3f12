import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { QUEUE_STORES, type QueueStore } from '../support/queue-stores.js';
import { startReceiver, type Behaviour, type Receiver } from '../support/receiver.js';
import { addLabel, addTeam, openTicket } from '../support/tickets.js';
import { until } from '../support/until.js';
import { Webhook } from 'standardwebhooks';
import { addWebHook, attemptsOf, deliveriesOf, messageIdOf, untilAttempted, untilRelayed } from '../support/web-hooks.js';

describe.each(QUEUE_STORES)('with the queue in %s', (_store, openStore) => {
  let desk: TestDesk;
  let store: QueueStore;
  const receivers: Receiver[] = [];

  beforeAll(async () => {
    store = await openStore();
    desk = await startDesk({ ...store.settings, ROLES: 'api,worker', WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8' });
  });
  afterEach(async () => {
    await desk.db.query('delete from web_hooks');
    await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
  });
  afterAll(async () => {
    await desk.stop();
    await store.stop();
  });

  async function receiver(behave?: Behaviour): Promise<Receiver> {
    const started = await startReceiver(behave);
    receivers.push(started);
    return started;
  }

  const typesOf = ({ hits }: Receiver) => hits.map(({ body }) => (JSON.parse(body) as { type: string }).type);

  describe('an endpoint', () => {
    it('is told of every event that it wants, once, signed, and in the order of each ticket by a number', async () => {
      const { acme } = desk;
      const target = await receiver();
      const { id, secret } = await addWebHook(desk, {
        url: `${target.url}/desk?from=acme`,
        events: ['ticket.*', 'agent.reply.created'],
      });
      const ticket = await openTicket(desk);
      const agent = desk.as(acme.agent);
      await agent.post(`/tickets/${ticket.id}/replies`, { reply: { content: { text: 'Have you tried water?' } } });
      await agent.post(`/tickets/${ticket.id}/comments`, { comment: { content: { text: 'Between us.' } } });
      await agent.post(`/tickets/${ticket.id}/archive`);
      await until(() => target.hits.length === 3, 'three messages');
      expect(typesOf(target).sort()).toEqual(['agent.reply.created', 'ticket.archived', 'ticket.created']);
      const numbers = target.hits.map(({ headers }) => Number(headers['x-polydesk-sequence']));
      expect(numbers.sort()).toEqual([1, 2, 4]);
      const verifier = new Webhook(secret);
      for (const { path, headers, body } of target.hits) {
        expect(path).toBe('/desk?from=acme');
        expect(headers['content-type']).toBe('application/json; charset=utf-8');
        expect(verifier.verify(body, headers as Record<string, string>)).toMatchObject({ data: { ticket: { id: ticket.id } } });
      }
      expect(new Set(target.hits.map(messageIdOf)).size).toBe(3);
      await untilAttempted(desk, id, 3);
      expect((await deliveriesOf(desk, id)).map(({ state, attempts_count }) => [state, attempts_count])).toEqual(
        Array(3).fill(['succeeded', 1]),
      );
      expect(await attemptsOf(desk, id)).toMatchObject(
        Array(3).fill({ number: 1, status: 200, error: null, response_head: '{"ok":true}' }),
      );
    });

    it('hears nothing of another company, and nothing while it is switched off', async () => {
      const { acme, globex } = desk;
      const target = await receiver();
      const { id } = await addWebHook(desk, { url: target.url, events: 'ticket.created' });
      const off = await addWebHook(desk, { url: target.url, events: 'ticket.created', enabled: false });
      const [foreign] = await desk.db.query<{ id: number }>(
        `insert into users (company_id, email) values ($1, 'foreign@example.com') returning id`,
        [globex.id],
      );
      expect(foreign?.id).toBeDefined();
      const { status } = await desk.as(globex.agent).post('/tickets', {
        ticket: { requester_email: 'foreign@example.com', content: { text: 'Elsewhere.' } },
      });
      expect(status).toBe(201);
      await openTicket(desk, {}, acme.agent);
      await untilAttempted(desk, id, 1);
      await untilRelayed(desk);
      expect(target.hits).toHaveLength(1);
      expect(target.hits[0]?.body).not.toContain('Elsewhere.');
      expect(await deliveriesOf(desk, off.id)).toEqual([]);
    });

    it('hears nothing of what was rolled back', async () => {
      const target = await receiver();
      const { id } = await addWebHook(desk, { url: target.url, events: 'ticket.created' });
      const refused = { requester_email: 'jane@example.com', content: { text: 'x', attachment_ids: [999_999] } };
      expect((await desk.as(desk.acme.agent).post('/tickets', { ticket: refused })).status).toBe(400);
      await openTicket(desk, { subject: 'It stayed' });
      await untilAttempted(desk, id, 1);
      expect(
        target.hits.map(({ body }) => (JSON.parse(body) as { data: { ticket: { subject: string } } }).data.ticket.subject),
      ).toEqual(['It stayed']);
    });

    it('that wants the tickets of a team, or with a label, gets those and no others', async () => {
      const { acme } = desk;
      const target = await receiver();
      const [teamId, labelId] = [await addTeam(desk, 'Firefighters', [acme.agent.id]), await addLabel(desk, 'hot')];
      const events = 'comment.created';
      const ofTeam = await addWebHook(desk, { url: `${target.url}/team`, events, team_ids: [teamId] });
      const ofBoth = await addWebHook(desk, { url: `${target.url}/both`, events, team_ids: [teamId], label_ids: [labelId] });
      const all = await addWebHook(desk, { url: `${target.url}/all`, events });
      const agent = desk.as(acme.agent);
      const [none, team, both] = [await openTicket(desk), await openTicket(desk), await openTicket(desk)];
      for (const { id } of [team, both])
        await agent.post(`/tickets/${id}/team_assignment`, { team_assignment: { team_id: teamId } });
      await agent.post(`/tickets/${both.id}/labels/hot`);
      for (const { id } of [none, team, both])
        await agent.post(`/tickets/${id}/comments`, { comment: { content: { text: 'x' } } });
      await untilAttempted(desk, all.id, 3);
      await untilAttempted(desk, ofTeam.id, 2);
      await untilAttempted(desk, ofBoth.id, 1);
      const ticketsAt = (path: string) =>
        target.hits
          .filter((hit) => hit.path === path)
          .map(({ body }) => (JSON.parse(body) as { data: { ticket: { id: number } } }).data.ticket.id)
          .sort((a, b) => a - b);
      expect([ticketsAt('/team'), ticketsAt('/both')]).toEqual([[team.id, both.id], [both.id]]);
    });

    it('is shown its own headers and, for a day, both secrets', async () => {
      const target = await receiver();
      const { id, secret } = await addWebHook(desk, {
        url: target.url,
        events: 'ticket.created',
        headers: { 'X-Door': 'sesame' },
      });
      const { body: rotated } = await desk.as(desk.acme.admin).post(`/web_hooks/${id}/secret`, {});
      await openTicket(desk);
      await until(() => target.hits.length === 1, 'the message');
      const { headers = {}, body = '' } = target.hits[0] ?? {};
      expect(headers['x-door']).toBe('sesame');
      for (const each of [secret, rotated.web_hook.secret as string])
        expect(new Webhook(each).verify(body, headers as Record<string, string>)).toBeDefined();
      await desk.db.query(`update web_hooks set old_secret_until = now() - interval '1 second' where id = $1`, [id]);
      await openTicket(desk);
      await until(() => target.hits.length === 2, 'the second message');
      const second = target.hits[1];
      expect(() => new Webhook(secret).verify(second?.body ?? '', second?.headers as Record<string, string>)).toThrow();
    });

    it('is told once, however many workers there are', async () => {
      const target = await receiver();
      const { id } = await addWebHook(desk, { url: target.url, events: 'comment.created' });
      const others = [await desk.second({ ROLES: ['worker'] }), await desk.second({ ROLES: ['worker'] })];
      const ticket = await openTicket(desk);
      const agent = desk.as(desk.acme.agent);
      const note = () => agent.post(`/tickets/${ticket.id}/comments`, { comment: { content: { text: 'x' } } });
      for (let n = 0; n < 10; n++) await Promise.all([note(), note(), note(), note(), note()]);
      await untilAttempted(desk, id, 50);
      await Promise.all(others.map((other) => other.stop()));
      expect(new Set(target.hits.map(messageIdOf)).size).toBe(50);
      expect(target.hits).toHaveLength(50);
      const numbers = target.hits.map(({ headers }) => Number(headers['x-polydesk-sequence'])).sort((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: 50 }, (_, n) => n + 2));
    });

    it('that takes its time holds up no other', async () => {
      const waiting: unknown[] = [];
      const tarPit = await receiver((_hit, res) => waiting.push(res));
      const well = await receiver();
      for (let n = 0; n < 8; n++) await addWebHook(desk, { url: `${tarPit.url}/${n}`, events: 'comment.created' });
      const { id } = await addWebHook(desk, { url: well.url, events: 'comment.created' });
      const ticket = await openTicket(desk);
      const agent = desk.as(desk.acme.agent);
      for (let n = 0; n < 40; n++) await agent.post(`/tickets/${ticket.id}/comments`, { comment: { content: { text: 'x' } } });
      await untilAttempted(desk, id, 40);
      await until(() => new Set(tarPit.hits.map(({ path }) => path)).size === 8, 'a request to each tar pit');
      expect(waiting.length).toBe(tarPit.hits.length);
      // The last of them had begun before the first request to a tar pit was given up.
      const [order] = await desk.db.query<{ isFirst: boolean }>(
        `select max(a.started_at) filter (where d.web_hook_id = $1) < coalesce(min(a.finished_at) filter (where d.web_hook_id <> $1), 'infinity') as "isFirst"
        from web_hook_attempts a join web_hook_deliveries d on d.company_id = a.company_id and d.id = a.delivery_id`,
        [id],
      );
      expect(order?.isFirst).toBe(true);
    });
  });
});
