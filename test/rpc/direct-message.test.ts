import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { ok, rpc } from '../support/rpc.js';
import { eventsOf } from '../support/tickets.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

async function newCustomer(email: string): Promise<number> {
  const { body } = await desk.as(desk.acme.admin).post('/users', { user: { email, name: 'Jane Doe' } });
  return body.user.id;
}

const ticketsOf = (userId: number) =>
  desk.db.query<{ id: number; subject: string | null }>('select id, subject from tickets where requester_id = $1', [userId]);

const repliesOf = async (id: number) => (await desk.as(desk.acme.agent).get(`/tickets/${id}/replies`)).body.replies;

describe('direct-message', () => {
  it('goes on with the newest conversation of each person, or begins one, and leaves it waiting for him', async () => {
    const [old, fresh] = [await newCustomer('old@example.com'), await newCustomer('fresh@example.com')];
    const known = Number((await ok(desk, 'new-conversation', { user_id: old })).details.id);
    expect(await ok(desk, 'direct-message', { user_ids: [fresh, old], message: 'We move.', subject: 'News' })).toBe(true);

    const [begun] = await ticketsOf(fresh);
    expect(begun?.subject).toBe('News');
    expect((await ticketsOf(old)).map(({ id }) => id)).toEqual([known]);
    for (const id of [known, begun?.id ?? 0]) {
      const said = { content: { text: 'We move.' }, replier: { id: desk.acme.admin.id } };
      expect(await repliesOf(id)).toMatchObject([said]);
      expect((await desk.as(desk.acme.agent).get(`/tickets/${id}`)).body.ticket.unanswered).toBe(false);
      expect(await eventsOf(desk, id)).toContain('agent.reply.created');
    }
  });

  it('is told to nobody when one of them is of another company, or there are too many', async () => {
    const ours = await newCustomer('ours@example.com');
    const { body } = await rpc(desk, 'direct-message', { user_ids: [ours, desk.globex.customer.id], message: 'We move.' });
    expect(body).toMatchObject({ success: false, response: 'user-not-found' });
    const many = Array.from({ length: 101 }, (_, index) => index + 1);
    const refused = await rpc(desk, 'direct-message', { user_ids: many, message: 'We move.' });
    expect(refused.body).toMatchObject({ success: false, response: 'invalid-arguments' });
    expect([await ticketsOf(ours), await ticketsOf(desk.globex.customer.id)]).toEqual([[], []]);
  });
});
