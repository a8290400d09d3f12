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

/** Makes a team with these members. */
export async function addTeam(desk: TestDesk, name: string, userIds: number[], companyId = desk.acme.id): Promise<number> {
  const [team] = await desk.db.query<{ id: number }>('insert into teams (company_id, name) values ($1, $2) returning id', [
    companyId,
    name,
  ]);
  const id = team?.id ?? 0;
  for (const userId of userIds)
    await desk.db.query('insert into team_members (company_id, team_id, user_id) values ($1, $2, $3)', [companyId, id, userId]);
  return id;
}

/** Makes a label and puts it on these tickets. */
export async function addLabel(desk: TestDesk, name: string, ticketIds: number[] = []): Promise<number> {
  const [label] = await desk.db.query<{ id: number }>('insert into labels (company_id, name) values ($1, $2) returning id', [
    desk.acme.id,
    name,
  ]);
  const id = label?.id ?? 0;
  for (const ticketId of ticketIds)
    await desk.db.query('insert into ticket_labels (company_id, ticket_id, label_id) values ($1, $2, $3)', [
      desk.acme.id,
      ticketId,
      id,
    ]);
  return id;
}

/** The types of the events of a ticket, in order. */
export async function eventsOf(desk: TestDesk, ticketId: number): Promise<string[]> {
  const events = await desk.db.query<{ type: string }>('select type from events where ticket_id = $1 order by id', [ticketId]);
  return events.map(({ type }) => type);
}
