import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());

const question = (email = 'jane@example.com') => ({
  ticket: { requester_email: email, content: { text: 'My printer is on fire.' } },
});

describe('opening a ticket', () => {
  it('answers the whole ticket and makes the stranger a customer', async () => {
    const { status, body } = await desk.as().post('/tickets', {
      ticket: {
        ...question().ticket,
        requester_name: 'Jane Q Doe',
        subject: 'Fire',
        cc: 'Joe <joe@example.com>, ann@example.com',
      },
    });
    expect(status).toBe(201);
    expect(body.ticket).toMatchObject({
      subject: 'Fire',
      unanswered: true,
      archived: false,
      summary: 'My printer is on fire.',
      requester: { email: 'jane@example.com', name: 'Jane Q Doe', role: 'customer', agent: false },
      content: { text: 'My printer is on fire.', html: 'My printer is on fire.', truncated: false },
    });
    expect(body.ticket.cc.map(({ email }: { email: string }) => email)).toEqual(['joe@example.com', 'ann@example.com']);
    expect(body.ticket.cc[1].name).toBeNull();
  });

  it('refuses a bad address with a text and changes nothing', async () => {
    const { status, body } = await desk.as().post('/tickets', { ticket: { requester_email: 'nobody', content: { text: 'x' } } });
    expect(status).toBe(400);
    expect(body.error).toBe('Validation failed: requester_email must be an e-mail address');
    expect(await desk.db.query(`select 1 from users where email = 'nobody'`)).toEqual([]);
  });
});
