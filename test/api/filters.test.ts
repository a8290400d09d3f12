import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startDesk, type TestDesk } from '../support/desk.js';
import { makeConsequence, makeFilter, makeRule, removeFilters } from '../support/filters.js';
import { addLabel, addTeam } from '../support/tickets.js';

let desk: TestDesk;

beforeAll(async () => {
  desk = await startDesk();
});
beforeEach(() => removeFilters(desk));
afterAll(() => desk.stop());

const admin = () => desk.as(desk.acme.admin);
const STAMPED = /^\d+_20\d{12}$/;

describe('rules', () => {
  it('are made with 201 and an id of the contract, empty texts not being used', async () => {
    const { status, body } = await admin().post('/rules', {
      rule: { requester_email: 'test@example.com', delivered_to: '', subject: 'welcome', body: '' },
    });
    expect(status).toBe(201);
    expect(body.rule.id).toMatch(STAMPED);
    expect(body.rule).toMatchObject({ requester_email: 'test@example.com', delivered_to: '', subject: 'welcome', body: '' });
    const [row] = await desk.db.query<{ at: string }>(
      `select to_char(created_at at time zone 'utc', 'YYYYMMDDHH24MISS') as at from filter_rules where id = $1`,
      [Number(body.rule.id.split('_')[0])],
    );
    expect(body.rule.id.split('_')[1]).toBe(row?.at);
  });

  it.each([[{}], [{ rule: {} }], [{ rule: { requester_email: '', delivered_to: '', subject: '', body: ' ' } }]])(
    'need a field: %j',
    async (input) => {
      const { status, body } = await admin().post('/rules', input);
      expect(status).toBe(400);
      expect(body.error).toBe('Validation failed: at least one of requester_email, delivered_to, subject, body is needed');
    },
  );

  it('refuse what is no text or too long', async () => {
    for (const rule of [{ subject: ['x'] }, { body: 'x'.repeat(1001) }])
      expect((await admin().post('/rules', { rule })).status).toBe(400);
  });

  it('are shown, listed, replaced as a whole and deleted', async () => {
    const id = await makeRule(desk, { subject: 'a', body: 'b' });
    expect((await admin().get(`/rules/${id}`)).body.rule).toMatchObject({ id, subject: 'a', body: 'b' });
    const { body } = await admin().put(`/rules/${id}`, { rule: { subject: 'c' } });
    expect(body.rule).toMatchObject({ id, subject: 'c', body: '' });
    expect((await admin().put(`/rules/${id}`, { rule: { subject: '' } })).status).toBe(400);
    const ids = (await admin().get('/rules')).body.rules.map((rule: { id: string }) => rule.id);
    expect(ids).toContain(id);
    expect((await admin().delete(`/rules/${id}`)).status).toBe(204);
    expect((await admin().delete(`/rules/${id}`)).body.error).toBe(`Couldn't find Rule with id=${id}`);
  });

  it('are found by the whole of their id only', async () => {
    const id = await makeRule(desk);
    const number = id.split('_')[0] ?? '';
    for (const other of [number, `${number}_20130430051603`, `${number}_`, 'x', `0${id}x`])
      expect((await admin().get(`/rules/${other}`)).status).toBe(404);
  });
});

describe('consequences', () => {
  it('are made with 201 and an id of the contract; ids may be text', async () => {
    const label = `important ${desk.acme.id}`;
    await addLabel(desk, label);
    const { status, body } = await admin().post('/consequences', {
      consequence: {
        archive: true,
        spam: 'true',
        trash: false,
        label: label.toUpperCase(),
        assign_user: String(desk.acme.agent.id),
      },
    });
    expect(status).toBe(201);
    expect(body.consequence.id).toMatch(STAMPED);
    expect(body.consequence).toMatchObject({ archive: true, spam: true, trash: false, label, assign_user: desk.acme.agent.id });
    expect(body.consequence).toMatchObject({ assign_team: null, broken: [] });
  });

  it('take a team in place of a person', async () => {
    const team = await addTeam(desk, 'Accounting', []);
    const { body } = await admin().post('/consequences', { consequence: { assign_team: String(team) } });
    expect(body.consequence).toMatchObject({ assign_user: null, assign_team: team, archive: false, label: null });
  });

  it('refuse both, nothing, and whom or what the company does not have', async () => {
    const team = await addTeam(desk, 'Legal', []);
    const foreign = await addTeam(desk, 'Foreign', [], desk.globex.id);
    const dissolved = await addTeam(desk, 'Dissolved', []);
    await desk.db.query('update teams set deleted_at = now() where id = $1', [dissolved]);
    const { agent, customer, collaborator } = desk.acme;
    const refused: [object, string][] = [
      [{ assign_user: agent.id, assign_team: team }, 'assign_team does not go together with assign_user'],
      [{}, 'at least one of archive, spam, trash, label, assign_user, assign_team is needed'],
      [{ archive: false, label: '' }, 'at least one of archive, spam, trash, label, assign_user, assign_team is needed'],
      [{ label: 'unheard of' }, 'label is not a label of this company'],
      [{ archive: 'perhaps' }, 'archive must be true or false'],
      ...[customer.id, collaborator.id, desk.globex.agent.id, 999_999].map((id): [object, string] => [
        { assign_user: id },
        'assign_user is not an agent of this company',
      ]),
      ...[foreign, dissolved, 999_999].map((id): [object, string] => [
        { assign_team: id },
        'assign_team is not a team of this company',
      ]),
      [{ assign_user: 'somebody' }, 'assign_user must be a number'],
    ];
    for (const [consequence, text] of refused) {
      const { status, body } = await admin().post('/consequences', { consequence });
      expect([consequence, status, body.error]).toEqual([consequence, 400, `Validation failed: ${text}`]);
    }
  });

  it('are shown, listed, replaced as a whole and deleted', async () => {
    const id = await makeConsequence(desk, { archive: true, assign_user: desk.acme.agent.id });
    expect((await admin().get(`/consequences/${id}`)).body.consequence).toMatchObject({ id, archive: true });
    const { body } = await admin().put(`/consequences/${id}`, { consequence: { spam: true } });
    expect(body.consequence).toMatchObject({ id, archive: false, spam: true, assign_user: null });
    const listed = (await admin().get('/consequences')).body.consequences;
    expect(listed.map((one: { id: string }) => one.id)).toContain(id);
    expect((await admin().delete(`/consequences/${id}`)).status).toBe(204);
    expect((await admin().get(`/consequences/${id}`)).status).toBe(404);
  });
});

describe('filters', () => {
  it('are made with 201 from a rule and a consequence', async () => {
    const [rule_id, consequence_id] = [await makeRule(desk), await makeConsequence(desk)];
    const { status, body } = await admin().post('/filters', { filter: { rule_id, consequence_id } });
    expect(status).toBe(201);
    expect(body.filter).toMatchObject({ rule_id, consequence_id, name: '', position: 1, enabled: true });
    expect(body.filter).toMatchObject({ id: expect.any(Number), rule: { id: rule_id }, consequence: { id: consequence_id } });
    expect((await admin().get(`/filters/${body.filter.id}`)).body).toEqual(body);
  });

  it('refuse rules and consequences that are unknown or of another company', async () => {
    const [rule_id, consequence_id] = [await makeRule(desk), await makeConsequence(desk)];
    const foreign = await makeRule(desk, { subject: 'x' }, desk.globex.admin);
    for (const unknown of [foreign, '1_20130430051603', '17', 'nonsense']) {
      const { status, body } = await admin().post('/filters', { filter: { rule_id: unknown, consequence_id } });
      expect([status, body.error]).toEqual([400, 'Validation failed: rule_id is not a rule of this company']);
    }
    const other = await admin().post('/filters', { filter: { rule_id, consequence_id: '17' } });
    expect(other.body.error).toBe('Validation failed: consequence_id is not a consequence of this company');
    expect((await admin().post('/filters', { filter: { rule_id } })).body.error).toContain("consequence_id can't be blank");
    expect((await admin().get('/filters')).body.total).toBe(0);
  });

  it('are renamed, disabled and given another rule, what is not given staying', async () => {
    const { id, rule_id, consequence_id } = await makeFilter(desk, { subject: 'a' }, { spam: true }, { name: 'One' });
    const other = await makeRule(desk);
    const change = async (filter: object) => (await admin().put(`/filters/${id}`, { filter })).body.filter;
    expect(await change({ enabled: 'false' })).toMatchObject({ name: 'One', enabled: false, rule_id, consequence_id });
    expect(await change({ name: 'Two', rule_id: other })).toMatchObject({ name: 'Two', enabled: false, rule_id: other });
    expect(await change({ name: null })).toMatchObject({ name: '', consequence_id });
    expect((await admin().put(`/filters/${id}`, { filter: { rule_id: '17' } })).status).toBe(400);
    expect((await admin().put('/filters/999999', { filter: { name: 'x' } })).status).toBe(404);
  });

  it('stand in an order without gaps, through which they move', async () => {
    const make = async (name: string, more: object = {}) =>
      (await makeFilter(desk, { subject: name }, { spam: true }, { name, ...more })).id;
    const [a] = [await make('a'), await make('b'), await make('c')];
    const order = async () =>
      (await admin().get('/filters')).body.filters.map((one: { name: string; position: number }) => `${one.name}${one.position}`);
    await make('first', { position: 1 });
    expect(await order()).toEqual(['first1', 'a2', 'b3', 'c4']);
    await admin().put(`/filters/${a}`, { filter: { position: 3 } });
    expect(await order()).toEqual(['first1', 'b2', 'a3', 'c4']);
    expect((await admin().put(`/filters/${a}`, { filter: { position: 99 } })).body.filter.position).toBe(4);
    await admin().put(`/filters/${a}`, { filter: { position: '2' } });
    expect(await order()).toEqual(['first1', 'a2', 'b3', 'c4']);
    expect((await admin().put(`/filters/${a}`, { filter: { position: 0 } })).status).toBe(400);
    expect((await admin().delete(`/filters/${a}`)).status).toBe(204);
    expect(await order()).toEqual(['first1', 'b2', 'c3']);
  });

  it('keep their order when many move at once', async () => {
    const ids: number[] = [];
    for (let i = 0; i < 6; i++) ids.push((await makeFilter(desk, { subject: `${i}` }, { spam: true })).id);
    const moves = ids.map((id, index) => admin().put(`/filters/${id}`, { filter: { position: 6 - index } }));
    const made = Promise.all([
      makeFilter(desk, { subject: 'x' }, { spam: true }, { position: 2 }),
      admin().delete(`/filters/${ids[0]}`),
    ]);
    expect((await Promise.all(moves)).filter(({ status }) => status >= 500)).toEqual([]);
    await made;
    const positions = (await admin().get('/filters')).body.filters.map(({ position }: { position: number }) => position);
    expect(positions).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('hold their rule and consequence against deletion, until they are deleted themselves', async () => {
    const { id, rule_id, consequence_id } = await makeFilter(desk, { subject: 'a' }, { spam: true });
    const rule = await admin().delete(`/rules/${rule_id}`);
    expect([rule.status, rule.body.error]).toEqual([409, 'The rule is used by a filter']);
    const consequence = await admin().delete(`/consequences/${consequence_id}`);
    expect([consequence.status, consequence.body.error]).toEqual([409, 'The consequence is used by a filter']);
    expect((await admin().delete(`/filters/${id}`)).status).toBe(204);
    expect((await admin().delete(`/rules/${rule_id}`)).status).toBe(204);
    expect((await admin().delete(`/consequences/${consequence_id}`)).status).toBe(204);
  });

  it('are read by admins and agents, written by admins, and seen by their company only', async () => {
    const { id, rule_id, consequence_id } = await makeFilter(desk, { subject: 'a' }, { spam: true });
    const paths = [`/rules/${rule_id}`, `/consequences/${consequence_id}`, `/filters/${id}`];
    const bodies = [{ rule: { subject: 'x' } }, { consequence: { spam: true } }, { filter: { rule_id, consequence_id } }];
    for (const [index, path] of paths.entries()) {
      const list = path.split('/').slice(0, 2).join('/');
      const body = bodies[index];
      for (const read of [path, list]) {
        expect((await desk.as(desk.acme.agent).get(read)).status).toBe(200);
        for (const member of [desk.acme.collaborator, desk.acme.customer])
          expect((await desk.as(member).get(read)).status).toBe(403);
      }
      for (const member of [desk.acme.agent, desk.acme.collaborator, desk.acme.customer]) {
        expect((await desk.as(member).post(list, body)).status).toBe(403);
        expect((await desk.as(member).put(path, body)).status).toBe(403);
        expect((await desk.as(member).delete(path)).status).toBe(403);
      }
      const stranger = desk.as(desk.globex.admin);
      expect((await stranger.get(path)).status).toBe(404);
      expect((await stranger.delete(path)).status).toBe(404);
      expect((await stranger.put(path, index === 2 ? { filter: { name: 'x' } } : body)).status).toBe(404);
      const theirs = (await stranger.get(list)).body[list.slice(1)];
      expect(theirs.map((one: { id: unknown }) => String(one.id))).not.toContain(path.split('/')[2]);
    }
  });

  it('leave an event for everything that is done to them', async () => {
    const { id, rule_id, consequence_id } = await makeFilter(desk, { subject: 'a' }, { spam: true });
    await admin().put(`/rules/${rule_id}`, { rule: { subject: 'b' } });
    await admin().put(`/consequences/${consequence_id}`, { consequence: { trash: true } });
    await admin().put(`/filters/${id}`, { filter: { enabled: false } });
    for (const path of [`/filters/${id}`, `/rules/${rule_id}`, `/consequences/${consequence_id}`]) await admin().delete(path);
    const events = await desk.db.query<{ type: string; actor: object }>(
      `select type, actor from (select * from events order by id desc limit 9) latest order by id`,
    );
    expect(events.map(({ type }) => type)).toEqual([
      ...['rule.created', 'consequence.created', 'filter.created', 'rule.updated', 'consequence.updated', 'filter.updated'],
      ...['filter.deleted', 'rule.deleted', 'consequence.deleted'],
    ]);
    expect(events[0]?.actor).toEqual({ id: desk.acme.admin.id, role: 'admin' });
  });
});
