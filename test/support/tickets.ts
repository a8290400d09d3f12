import type { Member, TestDesk } from './desk.js';

/** Opens a ticket over REST, as nobody in particular unless a member is named, and answers it as presented. */
export async function openTicket(desk: TestDesk, fields: Record<string, unknown> = {}, by?: Member) {
  const ticket = { requester_email: 'jane@example.com', content: { text: 'My printer is on fire.' }, ...fields };
  const { status, body } = await desk.as(by).post('/tickets', { ticket });
  if (status !== 201) throw new Error(`the ticket was not opened: ${JSON.stringify(body)}`);
  return body.ticket as { id: number; subject: string; requester: { id: number; email: string; role: string } };
}

export function emailsOf(people: { email: string | null }[]): (string | null)[] {
  return people.map(({ email }) => email);
}
