import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { ok, rpc } from '../support/rpc.js';
import { eventsOf, openTicket } from '../support/tickets.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

/** A ticket of acme's customer that the agent has answered. */
async function answered(): Promise<number> {
  const { id } = await openTicket(desk, { requester_email: desk.acme.customer.email });
  await desk.as(desk.acme.agent).post(`/tickets/${id}/replies`, { reply: { content: { text: 'Have you tried water?' } } });
  return id;
}

const shown = async (id: number) => (await desk.as(desk.acme.agent).get(`/tickets/${id}`)).body.ticket.customer_rating;

describe('a rating', () => {
  it('is given by the requester, changed by him, and stands in the ticket and in the log', async () => {
    const id = await answered();
    const customer = desk.as(desk.acme.customer);
    expect((await customer.get(`/tickets/${id}/rating`)).body).toEqual({ rating: {} });
    expect(await shown(id)).toEqual({});

    const given = await customer.put(`/tickets/${id}/rating`, { rating: { score: 'bad', comment: 'Too late.' } });
    const rating = { score: 'bad', comment: 'Too late.', agent_id: desk.acme.agent.id, rated_at: expect.any(String) };
    expect([given.status, given.body]).toEqual([200, { rating }]);
    expect(await shown(id)).toEqual(rating);

    await customer.put(`/tickets/${id}/rating`, { rating: { score: 'good' } });
    expect((await customer.get(`/tickets/${id}/rating`)).body.rating).toMatchObject({ score: 'good', comment: null });
    expect((await eventsOf(desk, id)).filter((type) => type === 'ticket.rated')).toHaveLength(2);
  });

  it('is of whom has the ticket, rather than of who answered last', async () => {
    const id = await answered();
    const assignment = { user_assignment: { user_id: desk.acme.admin.id } };
    await desk.as(desk.acme.admin).post(`/tickets/${id}/user_assignment`, assignment);
    await desk.as(desk.acme.admin).put(`/tickets/${id}/rating`, { rating: { score: 'good' } });
    expect(await shown(id)).toMatchObject({ agent_id: desk.acme.admin.id });
  });

  it('is not for agents to give, nor for other customers, nor for another company', async () => {
    const id = await answered();
    const rating = { rating: { score: 'good' } };
    expect((await desk.as(desk.acme.agent).put(`/tickets/${id}/rating`, rating)).status).toBe(403);
    expect((await desk.as(desk.globex.admin).put(`/tickets/${id}/rating`, rating)).status).toBe(404);
    expect((await desk.as(desk.globex.admin).get(`/tickets/${id}/rating`)).status).toBe(404);
    const { id: other } = await openTicket(desk, { requester_email: 'somebody.else@example.com' });
    expect((await desk.as(desk.acme.customer).put(`/tickets/${other}/rating`, rating)).status).toBe(404);
    expect([await shown(id), await shown(other)]).toEqual([{}, {}]);
  });

  it('has a score of two words, and nothing else', async () => {
    const id = await answered();
    for (const rating of [{}, { score: 'great' }, { score: 'good', comment: 'x'.repeat(5001) }])
      expect((await desk.as(desk.acme.admin).put(`/tickets/${id}/rating`, { rating })).status).toBe(400);
    expect(await shown(id)).toEqual({});
  });
});

describe('the functions of ratings', () => {
  it('take both printed forms, change the message that asked, and count by agent', async () => {
    const counts = () => ok(desk, 'get-rating', { user_id: desk.acme.agent.id });
    const [good, bad] = (await counts()) as unknown as [number, number];
    const [first, second] = [await answered(), await answered()];
    const { id: message } = await ok(desk, 'send-message', {
      ...{ user_id: desk.acme.agent.id, conversation_id: first, message: 'How was it?' },
    });
    const change = { message_id: message, message: 'Thank you!', payload: { rating: 1 }, user_id: desk.acme.customer.id };
    expect(await ok(desk, 'set-rating', { settings: { conversation_id: first, rating: 1 }, ...change })).toBe(true);
    const wrapped = JSON.stringify({ settings: { conversation_id: second, rating: '0' } });
    expect(await ok(desk, 'set-rating', { settings: wrapped })).toBe(true);
    expect([await shown(first), await shown(second)]).toMatchObject([{ score: 'good' }, { score: 'bad' }]);
    expect(await counts()).toEqual([good + 1, bad + 1]);
    const { body } = await desk.as(desk.acme.agent).get(`/tickets/${first}/replies`);
    expect(body.replies.at(-1).content.text).toBe('Thank you!');
  });

  it('change neither ticket nor message when one of them is not there, or is of somebody else', async () => {
    const id = await answered();
    const settings = { conversation_id: id, rating: 1 };
    const { body } = await rpc(desk, 'set-rating', { settings, message_id: 999_999, message: 'x' });
    expect(body).toMatchObject({ success: false, response: 'message-not-found' });
    expect(await shown(id)).toEqual({});
    const stranger = await rpc(desk, 'set-rating', { settings, user_id: desk.acme.agent.id });
    expect(stranger.body).toEqual({ success: false, response: 'user-not-found' });
    expect(await shown(id)).toEqual({});
    const refused = await rpc(desk, 'set-rating', { settings: { conversation_id: id, rating: 5 } });
    expect(refused.body).toMatchObject({ success: false, response: 'invalid-arguments' });
  });
});
