import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDesk, type Member, type TestDesk } from '../support/desk.js';
import { addTeam, openTicket } from '../support/tickets.js';

let desk: TestDesk;
const ids: Record<string, number> = {};

beforeAll(async () => {
  desk = await startDesk();
  const own = await addTeam(desk, 'Own', [desk.acme.agent.id]);
  const other = await addTeam(desk, 'Other', []);
  for (const subject of ['none', 'own', 'other', 'mine']) ids[subject] = (await openTicket(desk, { subject })).id;
  const give = (subject: string, column: string, to: number) =>
    desk.db.query(`update tickets set ${column} = $2 where id = $1`, [ids[subject], to]);
  await give('own', 'team_assignee_id', own);
  await give('other', 'team_assignee_id', other);
  await give('mine', 'team_assignee_id', other);
  await give('mine', 'user_assignee_id', desk.acme.agent.id);
  await desk.as(desk.acme.admin).post(`/tickets/${ids['other']}/replies`, { reply: { content: { text: 'hidden words' } } });
});
afterAll(() => desk.stop());

const seen = async (member: Member, path = '/tickets') =>
  (await desk.as(member).get(path)).body.tickets.map(({ subject }: { subject: string }) => subject).sort();
const close = (isOpen: boolean) =>
  desk.db.query('update companies set teams_are_open = $2 where id = $1', [desk.acme.id, isOpen]);

describe('the teams of a company', () => {
  it('are open to each other unless it says otherwise', async () => {
    expect(await seen(desk.acme.agent)).toEqual(['mine', 'none', 'other', 'own']);
  });

  it('when closed, show agents only their own, those of nobody, and what they were given', async () => {
    await close(false);
    expect(await seen(desk.acme.agent)).toEqual(['mine', 'none', 'own']);
    expect(await seen(desk.acme.collaborator)).toEqual(['none']);
    expect(await seen(desk.acme.admin)).toEqual(['mine', 'none', 'other', 'own']);
    expect(await seen(desk.acme.agent, '/tickets/search?query=hidden')).toEqual([]);
    const agent = desk.as(desk.acme.agent);
    for (const path of ['', '/replies', '/comments', '/assignments'])
      expect((await agent.get(`/tickets/${ids['other']}${path}`)).status).toBe(404);
    expect((await agent.get(`/tickets/${ids['own']}`)).status).toBe(200);
    expect((await agent.post(`/tickets/${ids['other']}/archive`)).status).toBe(404);
    expect((await agent.post(`/tickets/${ids['other']}/replies`, { reply: { content: { text: 'x' } } })).status).toBe(404);
    const { body } = await agent.post('/filters/dry_run', { rule: { body: 'printer' } });
    expect(body.matches.map(({ ticket }: { ticket: { subject: string } }) => ticket.subject).sort()).toEqual([
      'mine',
      'none',
      'own',
    ]);
    await close(true);
    expect((await agent.get(`/tickets/${ids['other']}`)).status).toBe(200);
  });
});
