import { it } from '@jest/globals';
import { startDesk } from '../support/desk.js';
import { makeFilter, removeFilters } from '../support/filters.js';
import { addLabel, openTicket } from '../support/tickets.js';
import { Tickets } from '../../src/tickets/tickets.service.js';
it('bench', async () => {
  const desk = await startDesk();
  await addLabel(desk, 'x');
  const tickets = desk.app.get(Tickets, { strict: false });
  const caller = { companyId: desk.acme.id, company: { subdomain: 'acme', name: 'acme' }, baseUrl: 'http://acme.desk.test', userId: null, role: 'anonymous', scopes: [] } as const;
  const create = () => tickets.create({ ...caller, scopes: [] }, { subject: 'hello', requesterEmail: 'jane@example.com', notifyRequester: false, text: 'lorem ipsum '.repeat(100) });
  const steps = (tickets as any).steps.steps; 
  const run = async (title: string) => {
    for (let i = 0; i < 40; i++) await create();
    const times: number[] = [];
    for (let i = 0; i < 300; i++) { const t = performance.now(); await create(); times.push(performance.now() - t); }
    times.sort((a, b) => a - b);
    console.log(title, 'p50', times[150]?.toFixed(2), 'p95', times[285]?.toFixed(2));
  };
  for (let r = 0; r < 2; r++) {
    await removeFilters(desk);
    const kept = steps.splice(0);
    await run('no hook');
    steps.push(...kept);
    await run('no filters');
    for (let i = 0; i < 20; i++) await makeFilter(desk, { subject: `nothing ${i}`, body: 'absent' }, { archive: true });
    await run('20 filters, none matching');
    await removeFilters(desk);
    for (let i = 0; i < 19; i++) await makeFilter(desk, { subject: `nothing ${i}`, body: 'absent' }, { archive: true });
    await makeFilter(desk, { subject: 'hello' }, { label: 'x', archive: true });
    await run('20 filters, one matching with two effects');
    await removeFilters(desk);
    for (let i = 0; i < 20; i++) await makeFilter(desk, { subject: 'hello' }, { label: 'x', archive: true });
    await run('20 filters, all matching');
    for (let i = 0; i < 1000; i++) await desk.db.query('insert into filters (company_id, rule_id, consequence_id, position) select company_id, rule_id, consequence_id, $2 from filters where company_id=$1 order by id limit 1', [desk.acme.id, 100+i]);
    await desk.db.query(`update filter_rules set subject='zzz'`);
    await run('1000+ filters none matching');
  }
  await removeFilters(desk);
  await makeFilter(desk, { subject: 'invoice' }, { spam: true });
  await desk.db.query(
      `with opened as (
         insert into tickets (company_id, subject, requester_id) select $1, 'Filler', $2 from generate_series(1, 50000) returning id
       ) insert into messages (company_id, ticket_id, kind, author_id, author_is_agent, text, summary)
         select $1, id, 'opening', $2, false, repeat('filler text ', 150), 'filler' from opened`, [desk.acme.id, desk.acme.customer.id]);
  await desk.db.query('analyze');
  for (const rule of [{ subject: 'filler' }, { subject: 'nowhere' }, { body: 'nowhere' }, { body: 'filler' }, { requester_email: 'acme', body: 'filler', subject: 'f', delivered_to: 'x' }]) {
    for (let i = 0; i < 2; i++) { const t = performance.now(); const { body } = await desk.as(desk.acme.agent).post('/filters/dry_run?per_page=100', { rule }); console.log(JSON.stringify(rule), body.total, (performance.now() - t).toFixed(0) + ' ms'); }
  }
  await desk.stop();
}, 600000);
