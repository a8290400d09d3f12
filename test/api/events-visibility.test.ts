import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EVENT_TYPES } from '../../src/platform/events/catalogue.js';
import { startDesk, type Member, type TestDesk } from '../support/desk.js';
import { plantEvents, untilLogged } from '../support/event-log.js';
import { addTeam, openTicket } from '../support/tickets.js';

let desk: TestDesk;
let start: string;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.stop());
beforeEach(async () => {
  await close(true);
  await untilLogged(desk);
  start = (await desk.as(desk.acme.admin).get('/events?after=now')).body.cursor;
});

const close = (isOpen: boolean) =>
  desk.db.query('update companies set teams_are_open = $2 where id = $1', [desk.acme.id, isOpen]);

async function shown(member: Member, query = ''): Promise<{ type: string; ticket_id: number | null }[]> {
  await untilLogged(desk);
  const { status, body } = await desk.as(member).get(`/events?limit=1000&after=${start}&${query}`);
  expect(status).toBe(200);
  return body.events as { type: string; ticket_id: number | null }[];
}

const types = async (member: Member) => (await shown(member)).map(({ type }) => type);
const tickets = async (member: Member, query = '') => [
  ...new Set((await shown(member, `types=ticket.*&${query}`)).map(({ ticket_id }) => ticket_id)),
];

/** One event of each type, all by the same person and none of a ticket. */
async function everything(actorId?: number): Promise<void> {
  for (const type of EVENT_TYPES) await plantEvents(desk, { type, actorId });
}

/** Nouns that every agent may read over REST. */
const COMMON =
  /^(label|team|snippet|category|article|article_category|custom_field|forwarding_address|email_suppression|filter|rule|consequence)\.(created|updated|deleted|member_\w+)$|^user\.(created|updated|deleted|email_left)$|^customer_group\./;

describe('events without a ticket', () => {
  it('are all shown to admins', async () => {
    await everything();
    expect(await types(desk.acme.admin)).toEqual(EVENT_TYPES);
  });

  it('are shown to agents as far as they may read such objects', async () => {
    await everything(desk.acme.admin.id);
    expect(await types(desk.acme.agent)).toEqual(EVENT_TYPES.filter((type) => COMMON.test(type)));
  });

  it('are shown to agents also of what only they themselves did', async () => {
    await everything(desk.acme.agent.id);
    const more = (await types(desk.acme.agent)).filter((type) => !COMMON.test(type));
    expect(more).toEqual(['attachment.created', 'notification_settings.updated', 'user.signed_in', 'user.registered']);
  });
});

describe('events of tickets', () => {
  let ids: Record<'free' | 'own' | 'other' | 'given', number>;

  beforeEach(async () => {
    const own = await addTeam(desk, `Own ${start}`, [desk.acme.agent.id]);
    const other = await addTeam(desk, `Other ${start}`, []);
    const open = async (team: number | null, person: number | null) => {
      const { id } = await openTicket(desk);
      await desk.db.query('update tickets set team_assignee_id = $2, user_assignee_id = $3 where id = $1', [id, team, person]);
      return id;
    };
    ids = {
      free: await open(null, null),
      own: await open(own, null),
      other: await open(other, null),
      given: await open(other, desk.acme.agent.id),
    };
  });

  it('are shown to every agent where teams are open', async () => {
    expect(await tickets(desk.acme.agent)).toEqual(Object.values(ids));
  });

  it('are shown where teams are closed only to whom the ticket is', async () => {
    await close(false);
    expect(await tickets(desk.acme.agent)).toEqual([ids.free, ids.own, ids.given]);
    expect(await tickets(desk.acme.agent, `ticket_id=${ids.other}`)).toEqual([]);
    expect(await tickets(desk.acme.admin)).toEqual(Object.values(ids));
  });

  it('go with the ticket when it goes to another team', async () => {
    await close(false);
    await desk.db.query('update tickets set team_assignee_id = null where id = $1', [ids.other]);
    expect(await tickets(desk.acme.agent)).toEqual(Object.values(ids));
  });

  it('are of a merge shown only to who may see both tickets', async () => {
    const merge = await desk.as(desk.acme.admin).post(`/tickets/${ids.other}/merge`, { merge: { into: ids.free } });
    expect(merge.status).toBe(200);
    expect((await shown(desk.acme.agent, 'types=ticket.merged')).length).toBe(1);
    await close(false);
    expect(await shown(desk.acme.agent, 'types=ticket.merged')).toEqual([]);
    expect((await shown(desk.acme.admin, 'types=ticket.merged')).length).toBe(1);
  });

  it('stay for who sees every ticket when the ticket is deleted, and go for the others', async () => {
    await desk.as(desk.acme.admin).post(`/tickets/${ids.own}/trash`);
    expect((await desk.as(desk.acme.admin).delete(`/tickets/${ids.own}`)).status).toBe(204);
    expect(await tickets(desk.acme.agent)).toContain(ids.own);
    await close(false);
    expect(await tickets(desk.acme.agent)).not.toContain(ids.own);
    expect(await tickets(desk.acme.agent)).toContain(ids.free);
  });
});
