import type { Member, TestCompany, TestDesk } from './desk.js';
import { refOf, routes, schemaNamed, type Route, type Schema } from './document.js';

type Ids = Record<string, number>;
type Maker = (objects: Objects, ids: Ids) => Promise<number>;

const fresh = (() => {
  let count = 0;
  return (): number => ++count;
})();

const SMALLEST_PICTURE = 20;

/** How the object is made that a name in a path means; `ids` are those to its left. */
const MAKERS: Record<string, Maker> = {
  ticket_id: (objects) => objects.create('/tickets', { ticket: objects.question() }, 'ticket'),
  reply_id: (objects, { ticket_id: id }) => objects.create(`/tickets/${id}/replies`, { reply: objects.message() }, 'reply'),
  comment_id: (objects, { ticket_id: id }) => objects.create(`/tickets/${id}/comments`, { comment: objects.message() }, 'comment'),
  user_id: (objects) => objects.create('/users', { user: { email: freshEmail(), name: 'Jane Doe' } }, 'user'),
  group_id: (objects) => objects.create('/users', { user: { type: 'customer_group', name: `Group ${fresh()}` } }, 'user'),
  api_token_id: (objects) => objects.create('/api_tokens', { api_token: { name: 'probe' } }, 'api_token'),
  attachment_id: (objects) => objects.upload(),
  size: () => Promise.resolve(SMALLEST_PICTURE),
};

/** What fields hold that name an object, or a person by the address; the key is the field of every input, or of one. */
const REFERENCES: Record<string, (objects: Objects) => Promise<unknown>> = {
  attachment_ids: async (objects) => (takesFiles ? [await objects.upload()] : []),
  user_id: (objects) => Promise.resolve(objects.caller.id),
  team_ids: async (objects) => [await objects.team()],
  forwarding_address_id: (objects) => objects.forwardingAddress(),
  'MemberDto.id': (objects) => objects.make('user_id'),
  'OnBehalfOfDto.id': (objects) => Promise.resolve(objects.company.agent.id),
  'OnBehalfOfDto.email': (objects) => Promise.resolve(objects.company.agent.email),
};

/** Fields that cannot stand beside the examples of the others, and why. */
const OMITTED: Record<string, string> = {
  'CreateUserDto.email_domains': 'for groups only',
  'UpdateUserDto.email_domains': 'for groups only',
};

/** Fields without which the input is refused, although each of them is optional. */
const NEEDED_ALL_THE_SAME = new Set(['ContentDto.text', 'CreateUserDto.email', 'CreateUserDto.name']);

const takesFiles = routes.some(({ title }) => title === 'POST /attachments');

export const freshEmail = (): string => `somebody.${fresh()}@example.com`;

/** True for a field that names objects by their numbers. */
export const isReference = (name: string): boolean => /(^|_)ids?$/.test(name);

/** Makes real objects of one company, so that every route can be called and every input be filled. */
export class Objects {
  private readonly shared = new Map<string, number>();

  constructor(
    readonly desk: TestDesk,
    readonly company: TestCompany,
    /** Who makes them. */
    readonly caller: Member = company.admin,
  ) {}

  /** The path of a route with real ids. What the route may change or remove is made for this one call. */
  async path(route: Route): Promise<string> {
    const ids = await this.ids(route);
    return fillPath(route, ids);
  }

  async ids(route: Route): Promise<Ids> {
    const ids: Ids = {};
    for (const name of route.names) ids[name] = route.method === 'get' ? await this.kept(name, ids) : await this.make(name, ids);
    return ids;
  }

  async make(name: string, ids: Ids = {}): Promise<number> {
    const maker = MAKERS[name];
    if (!maker) throw new Error(`test/support/objects.ts does not know what {${name}} is`);
    return maker(this, ids);
  }

  /** The same object each time. */
  private async kept(name: string, ids: Ids): Promise<number> {
    const id = this.shared.get(name) ?? (await this.make(name, ids));
    this.shared.set(name, id);
    return id;
  }

  /** The fields of an input from the examples of the document: all of them, or only those that are needed. */
  async fields(dto: string, which: 'all' | 'needed' = 'all'): Promise<Record<string, unknown>> {
    const schema = schemaNamed(dto);
    const fields: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const isNeeded = (schema.required ?? []).includes(name) || NEEDED_ALL_THE_SAME.has(`${dto}.${name}`);
      if (OMITTED[`${dto}.${name}`] !== undefined || (which === 'needed' && !isNeeded)) continue;
      fields[name] = await this.value(dto, name, property, which);
    }
    return fields;
  }

  private async value(dto: string, name: string, schema: Schema, which: 'all' | 'needed'): Promise<unknown> {
    const inner = refOf(schema);
    if (inner !== undefined) return this.fields(inner, which);
    const reference = REFERENCES[`${dto}.${name}`] ?? REFERENCES[name];
    if (reference) return reference(this);
    if (isReference(name)) throw new Error(`test/support/objects.ts does not know what ${dto}.${name} names`);
    if (schema.format === 'email') return freshEmail();
    if (!('example' in schema)) throw new Error(`${dto}.${name} has no example`);
    return name === 'name' ? `${String(schema.example)} ${fresh()}` : schema.example;
  }

  question(): Record<string, unknown> {
    return { requester_email: this.company.customer.email, subject: 'A question', ...this.message() };
  }

  message(): Record<string, unknown> {
    return { content: { text: 'Hi, my printer is on fire.', html: '<p>Hi, my printer is on fire.</p>' }, cc: [freshEmail()] };
  }

  async create(path: string, body: unknown, key: string): Promise<number> {
    const answer = await this.desk.as(this.caller).post(path, body);
    if (answer.status !== 201) throw new Error(`POST ${path} → ${answer.status}: ${answer.text}`);
    return (answer.body as Record<string, { id: number }>)[key]?.id ?? 0;
  }

  async upload(): Promise<number> {
    const answer = await this.desk.as(this.caller).upload([{ filename: 'notes.txt', content: 'Some notes.', contentType: 'text/plain' }]);
    const { attachments = [] } = answer.body as { attachments?: { id: number }[] };
    const [attachment] = attachments;
    if (!attachment) throw new Error(`POST /attachments → ${answer.status}: ${answer.text}`);
    return attachment.id;
  }

  team(): Promise<number> {
    return this.insert(`insert into teams (company_id, name) values ($1, 'Team ' || $2::text) returning id`);
  }

  forwardingAddress(): Promise<number> {
    return this.insert(`insert into forwarding_addresses (company_id, email, forwarding_hash)
      values ($1, 'help.' || $2::text || '@example.com', 'hash ' || $2::text) returning id`);
  }

  // What has no route yet.
  private async insert(sql: string): Promise<number> {
    const [row] = await this.desk.db.query<{ id: number }>(sql, [this.company.id, fresh()]);
    return row?.id ?? 0;
  }
}

export function fillPath(route: Route, ids: Ids): string {
  return route.path.replace(/\{(\w+)\}/g, (_, name: string) => String(ids[name]));
}
