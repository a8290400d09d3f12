import type { Role } from '../../src/access/actor.js';
import { plantCanaries, startIdsAt } from './canaries.js';
import type { Answer } from './client.js';
import type { TestDesk } from './desk.js';
import { routes, type Route } from './document.js';
import { addQuery, leafAt, plain, prepare, shapeOf, withLeaf, type Call } from './forms.js';
import { fillPath, Objects, referencesOf, type Ids } from './objects.js';
import { ask, type Request } from './send.js';

/** Something of the other company, and something of the same kind that does not exist. */
interface Pair {
  theirs: unknown;
  nobodys: unknown;
}

/** The same request twice, once with each half of a pair. */
export interface Case {
  where: string;
  about: Request;
  aboutNothing: Request;
  pair: Pair;
}

const NOBODY = 9_999_999;

/** Mail is made by workers, and by no call. */
const RATINGS = `update tickets set rating_score = 'bad', rating_comment = 'Late.', rated_at = now() where company_id = $1`;

/** That nobody has it keeps it there. */
const QUEUED = `update tickets set queued_at = now() where company_id = $1 and user_assignee_id is null`;

const MAILED_REPLIES = `
  insert into received_messages (company_id, fingerprint, message_id, sender, is_automatic, is_stranger, whole_text)
  select company_id, decode(md5(id::text), 'hex'), id, 'jane@example.com', false, false, text from messages
  where company_id = $1 and kind = 'reply'`;

const MAIL = `insert into email_deliveries (company_id, event_id, kind, recipient, state, server_answer, internet_message_id)
  select company_id, max(id), 'reply', 'somebody', 'sent', 'taken', 'x@y' from events where company_id = $1 group by company_id`;

const AUTOMATION_RUNS = `insert into automation_runs (company_id, automation_id, user_id, outcome, reason)
  select a.company_id, a.id, (select max(u.id) from users u where u.company_id = $1), 'not-sent', 'no-phone' from automations a
  where a.company_id = $1`;

/** As long as theirs, and nobody's. */
const nobodysWord = (word: string) => word.replaceAll('canary', 'nobody');

/**
 * Acme, which has one of everything and a word of its own in every text, as seen from globex. Ids of acme, of globex and of nobody are
 * of different millions.
 */
export class OtherCompany {
  readonly ours: Objects;
  /** For each route ids and fields that work in acme. */
  private readonly known = new Map<Route, { ids: Ids; fields: Record<string, unknown> }>();
  private emails: string[] = [];
  private handles: Pair[] = [];

  constructor(private readonly desk: TestDesk) {
    this.ours = new Objects(desk, desk.globex);
  }

  /** Answers the columns that would not take a word. */
  async fill(): Promise<string[]> {
    await startIdsAt(this.desk, 7_000_001);
    const theirs = new Objects(this.desk, this.desk.acme);
    for (const route of routes.filter(({ method }) => method === 'post' || method === 'put'))
      await ask(this.desk.url, plain(await prepare(route, theirs), theirs.caller.token));
    for (const route of routes) {
      const { ids, fields = {} } = await prepare(route, theirs);
      this.known.set(route, { ids, fields });
      // A list of theirs has something in it.
      const filling = routes.find(({ title }) => route.method === 'get' && title === `POST ${route.path}`);
      if (!filling) continue;
      const call = { ...(await prepare(filling, theirs)), path: fillPath(filling, ids) };
      await ask(this.desk.url, plain(call, theirs.caller.token));
    }
    for (const sql of [MAIL, RATINGS, QUEUED, MAILED_REPLIES, AUTOMATION_RUNS])
      await this.desk.db.query(sql, [this.desk.acme.id]);
    const stubborn = await plantCanaries(this.desk, this.desk.acme);
    this.emails = await this.words('select email as word from users where company_id = $1 and email is not null order by id');
    await this.gatherHandles();
    await startIdsAt(this.desk, 3_000_001);
    // The last use of a token is noted once a minute, which is a change.
    await this.desk.db.query(`update api_tokens set last_used_at = '2100-01-01'`);
    return stubborn;
  }

  /** Everything in the path, the body and the query that may name something of theirs. */
  cases(call: Call, role: Role): Case[] {
    const { token } = this.desk.globex[role];
    // Whoever may see most is asked most.
    const inQuery = role === 'admin' ? this.inQuery(call, token) : [];
    return [...this.inPath(call, token), ...this.inBody(call, token), ...inQuery];
  }

  /** Their own call, which works. */
  theirCall(route: Route): Request {
    const { ids = {}, fields } = this.known.get(route) ?? {};
    return plain({ route, path: fillPath(route, ids), ids, fields }, this.desk.acme.admin.token);
  }

  private inPath(call: Call, token: string): Case[] {
    const { route } = call;
    const known = this.known.get(route)?.ids ?? {};
    const names = route.names.filter((name) => /_(id|name)$/.test(name));
    const pairs = names.map((name) => {
      const theirs = known[name] ?? '';
      return { name, pair: { theirs, nobodys: typeof theirs === 'string' ? nobodysWord(theirs) : NOBODY } };
    });
    const at = (ids: Ids) => plain({ ...call, path: fillPath(route, { ...call.ids, ...ids }) }, token);
    const single = pairs.map(({ name, pair }) => ({
      where: name,
      about: at({ [name]: pair.theirs }),
      aboutNothing: at({ [name]: pair.nobodys }),
      pair,
    }));
    if (names.length < 2) return single;
    const all = (half: 'theirs' | 'nobodys') => Object.fromEntries(pairs.map(({ name, pair }) => [name, pair[half]]));
    const pair = { theirs: Object.values(all('theirs')), nobodys: Object.values(all('nobodys')) };
    return [...single, { where: 'the whole path', about: at(all('theirs')), aboutNothing: at(all('nobodys')), pair }];
  }

  private inBody(call: Call, token: string): Case[] {
    const known = this.known.get(call.route)?.fields ?? {};
    return referencesOf(call.route.body?.dto).map(({ path, isEmail }) => {
      const theirs = isEmail ? this.nextEmail() : leafAt(known, path);
      const nobody = isEmail ? nobodysWord(String(theirs)) : NOBODY;
      const nobodys = Array.isArray(theirs) ? [nobody] : nobody;
      const write = (value: unknown) => plain({ ...call, fields: withLeaf(call.fields ?? {}, path, value) }, token);
      return { where: path, about: write(theirs), aboutNothing: write(nobodys), pair: { theirs, nobodys } };
    });
  }

  private inQuery(call: Call, token: string): Case[] {
    const free = call.route.query.filter(({ schema }) => schema.enum === undefined && schema.type !== 'boolean');
    return free.flatMap(({ name }) =>
      this.handles.map((pair) => {
        const write = (value: unknown) => addQuery(plain(call, token), `${name}=${encodeURIComponent(String(value))}`);
        return { where: `?${name}`, about: write(pair.theirs), aboutNothing: write(pair.nobodys), pair };
      }),
    );
  }

  /** The address of another of their people each time, until it is the first one's turn again. */
  private nextEmail(): string {
    const email = this.emails.shift() ?? '';
    this.emails.push(email);
    return email;
  }

  /** One thing of each important table, a name and an address. */
  private async gatherHandles(): Promise<void> {
    const tables = ['users', 'tickets', 'teams'];
    const ids = tables.map((table) => `(select max(id) as id from ${table} where company_id = $1)`).join(' union all ');
    const found = await this.desk.db.query<{ id: number }>(ids, [this.desk.acme.id]);
    const [label = ''] = await this.words('select name as word from labels where company_id = $1 order by id limit 1');
    for (const { ids: known } of this.known.values()) if ('label_name' in known) known['label_name'] = encodeURIComponent(label);
    this.handles = [
      ...found.map(({ id }) => ({ theirs: id, nobodys: NOBODY })),
      ...[label, this.nextEmail()].map((word) => ({ theirs: word, nobodys: nobodysWord(word) })),
    ];
  }

  private async words(sql: string): Promise<string[]> {
    const found = await this.desk.db.query<{ word: string }>(sql, [this.desk.acme.id]);
    return found.map(({ word }) => word);
  }
}

/** The text of an answer without what was asked for. */
export function unasked({ text }: Answer, asked: unknown): string {
  const names = [asked].flat().map(String);
  return names.flatMap((name) => [name, decodeURIComponent(name)]).reduce((left, name) => left.replaceAll(name, '…'), text);
}

/** What an answer tells whoever asks about different things. */
export function told(answer: Answer, asked: unknown): { status: number; content: unknown } {
  return { status: answer.status, content: answer.status < 400 ? shapeOf(answer.body) : unasked(answer, asked) };
}
