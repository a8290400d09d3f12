import type { Member, TestDesk } from './desk.js';

interface MadeFilter {
  id: number;
  rule_id: string;
  consequence_id: string;
}

async function made<Made>(desk: TestDesk, by: Member, key: string, fields: object): Promise<Made> {
  const { status, body } = await desk.as(by).post(`/${key}s`, { [key]: fields });
  if (status !== 201) throw new Error(`no ${key} was made: ${JSON.stringify(body)}`);
  return body[key] as Made;
}

export async function makeRule(desk: TestDesk, fields: object = { subject: 'invoice' }, by = desk.acme.admin): Promise<string> {
  return (await made<{ id: string }>(desk, by, 'rule', fields)).id;
}

export async function makeConsequence(desk: TestDesk, fields: object = { archive: true }, by = desk.acme.admin): Promise<string> {
  return (await made<{ id: string }>(desk, by, 'consequence', fields)).id;
}

/** A filter of a rule and a consequence made for it. */
export async function makeFilter(
  desk: TestDesk,
  rule: object,
  consequence: object,
  more: object = {},
  by = desk.acme.admin,
): Promise<MadeFilter> {
  const [rule_id, consequence_id] = [await makeRule(desk, rule, by), await makeConsequence(desk, consequence, by)];
  return made<MadeFilter>(desk, by, 'filter', { rule_id, consequence_id, ...more });
}

/** Removes all filters of all companies, so that one test does not act on the tickets of another. */
export async function removeFilters({ db }: TestDesk): Promise<void> {
  await db.query('delete from filters');
}
