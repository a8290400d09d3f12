import { Readable } from 'node:stream';
import { ROLES } from '../../src/access/actor.js';
import { MailTokens } from '../../src/emails/outbound/mail-tokens.js';
import { Exports } from '../../src/exports/exports.service.js';
import { Avatars } from '../../src/users/avatars.service.js';
import { SettingsFiles } from '../../src/settings/settings-files.js';
import type { Member, TestCompany, TestDesk } from './desk.js';
import { refOf, routes, schemaNamed, type Route, type Schema } from './document.js';
import { formFile } from './form-file.js';
import { ask } from './send.js';

export type Ids = Record<string, number | string>;

const fresh = (() => {
  let count = 0;
  return (): number => ++count;
})();

export const freshEmail = (): string => `somebody.${fresh()}@example.com`;

async function newLabel(objects: Objects): Promise<string> {
  const name = `important ${fresh()}`;
  await objects.create('/labels', { name });
  return name;
}

/** What a name in a path means where no POST to the path before it, or to the plural of the noun, makes one. */
async function newExport(desk: TestDesk, company: TestCompany): Promise<string> {
  const file = { name: 'notes', type: 'txt', content: Readable.from(['Some notes.']) } as const;
  const url = await desk.app.get(Exports).write({ companyId: company.id, baseUrl: desk.url }, file);
  return url.slice(url.lastIndexOf('/') + 1);
}

const MAKERS: Record<string, (objects: Objects, ids: Ids) => Promise<number | string>> = {
  ticket_id: (objects) => objects.create('/tickets', { requester_email: objects.company.customer.email }),
  group_id: (objects) => objects.create('/users', { type: 'customer_group', name: `Group ${fresh()}`, email: undefined }),
  label_name: async (objects) => encodeURIComponent(await newLabel(objects)),
  size: () => Promise.resolve(20),
  avatar: ({ desk }) => Promise.resolve(desk.app.get(Avatars).nameFor('Jane', 'Doe')),
  unsubscribe_token: ({ desk, company }) =>
    Promise.resolve(
      desk.app.get(MailTokens).makeUnsubscribeToken({ companyId: company.id, userId: company.agent.id, kind: 'mention' }),
    ),
  export_token: ({ desk, company }) => {
    const link = desk.app.get(SettingsFiles).link({ companyId: company.id, baseUrl: '' });
    return Promise.resolve(link.split('/').at(-1) ?? '');
  },
  upload: ({ desk, company }) => newExport(desk, company),
  email_kind: () => Promise.resolve('reply'),
  report_name: () => Promise.resolve('conversations'),
  delivery_id: (objects, ids) => objects.create('/web_hooks/{web_hook_id}/test', {}, ids),
  replay_id: (objects, ids) => objects.create('/web_hooks/{web_hook_id}/replay', {}, ids),
};

/** Of these a company may have only so many: one serves all calls that cannot be repeated, but for those that use it up. */
const SCARCE: Record<string, readonly string[]> = {
  web_hook_id: ['DELETE /web_hooks/{web_hook_id}', 'POST /web_hooks/{web_hook_id}/replay'],
};

/** What fields hold that name somebody or something, by the field alone or that of one input; others are made as their noun says. */
const REFERENCES: Record<string, (objects: Objects) => Promise<unknown>> = {
  user_id: (objects) => Promise.resolve(objects.caller.id),
  user_ids: (objects) => Promise.resolve([objects.caller.id]),
  'MemberDto.id': (objects) => objects.create('/users'),
  'TeamMemberDto.id': (objects) => Promise.resolve(objects.company.agent.id),
  'OnBehalfOfDto.id': (objects) => Promise.resolve(objects.company.agent.id),
  'OnBehalfOfDto.email': (objects) => Promise.resolve(objects.company.agent.email),
  'BulkDto.ids': async (objects) => [await objects.create('/tickets')],
  'MergeDto.into': (objects) => objects.create('/tickets'),
  'ConsequenceDto.label': newLabel,
  'ConsequenceDto.assign_user': (objects) => Promise.resolve(objects.company.agent.id),
};

/** Examples that are of a company, which they tell. */
const EXAMPLES: Record<string, (company: TestCompany) => unknown> = {
  'RawMailDto.raw': ({ subdomain }) =>
    `From: jane@example.com\r\nTo: help@${subdomain}.test\r\nSubject: Fire ${fresh()}\r\n\r\nHelp!\r\n`,
};

/** Fields that cannot stand beside the examples of the others, and why. */
export const OMITTED: Record<string, string> = {
  'CreateUserDto.email_domains': 'for groups only',
  'UpdateUserDto.email_domains': 'for groups only',
  'BulkDto.filter': 'instead of ids',
  'ConsequenceDto.assign_team': 'instead of assign_user',
  'DryRunDto.rule_id': 'instead of rule',
  'DryRunDto.filter_id': 'instead of rule',
  'CreateWebHookDto.headers': 'holds what names you like, so that it knows no stranger',
  'UpdateWebHookDto.headers': 'the same',
  'UpdateSettingsDto.others': 'the same',
  'CreateArticleDto.translations': 'the same',
  'UpdateArticleDto.translations': 'the same',
  'CreateAutomationDto.translations': 'the same',
  'UpdateAutomationDto.translations': 'the same',
  'CreateAutomationDto.conditions': 'lists in a list, which forms that number nothing cannot write',
  'UpdateAutomationDto.conditions': 'the same',
};

/** Fields without which the input is refused, although each of them is optional. */
const NEEDED_ALL_THE_SAME = new Set([
  'ContentDto.text',
  'TextContentDto.text',
  'CreateUserDto.email',
  'CreateUserDto.name',
  'CreateSnippetDto.content',
  'BulkDto.ids',
  'RuleDto.subject',
  'ConsequenceDto.archive',
  'DryRunDto.rule',
]);

/** What must have happened to the objects of a path, and why. */
const PREPARATIONS: Record<string, { call: string; because: string }> = {
  'DELETE /tickets/{ticket_id}': { call: 'POST /tickets/{ticket_id}/trash', because: 'only what is in the trash can be deleted' },
  'GET /web_hooks/{web_hook_id}/deliveries': {
    call: 'POST /web_hooks/{web_hook_id}/test',
    because: 'a list has something in it',
  },
};

/** Makes real objects of one company, so that every route can be called and every input be filled. */
export class Objects {
  private readonly shared = new Map<string, Promise<number | string>>();

  constructor(
    readonly desk: TestDesk,
    readonly company: TestCompany,
    /** Who makes them. */
    readonly caller: Member = company.admin,
  ) {}

  private get role(): string {
    return ROLES.find((role) => this.company[role].id === this.caller.id) ?? 'admin';
  }

  /** The path of a route with real ids, and what its query must have. */
  async path(route: Route): Promise<string> {
    return (await this.place(route)).path;
  }

  /** The same with the ids. */
  async place(route: Route): Promise<{ path: string; ids: Ids }> {
    const ids = await this.ids(route);
    const undone = `POST ${route.path}`;
    const before = PREPARATIONS[route.title]?.call ?? (route.method === 'delete' ? undone : undefined);
    const first = routes.find(({ title }) => title === before);
    const path = fillPath(route, ids);
    // What is read stays as it is.
    if (first && route.method === 'get') await this.once(`before ${route.title}`, () => this.create(first.path, {}, ids));
    else if (first) await this.call(first, fillPath(first, ids), first.body && (await this.fields(first.body.dto, 'needed')));
    return { path, ids };
  }

  /** Real ids for the path: each time others where a call cannot be repeated, else always the same of this route. */
  async ids(route: Route): Promise<Ids> {
    const isRepeatable = route.method !== 'delete' && route.responses['409'] === undefined;
    const ids: Ids = {};
    for (const name of route.names) {
      const isShared = SCARCE[name]?.includes(route.title) === false;
      const make = () => this.make(route, name, ids);
      if (isRepeatable) ids[name] = await this.once(`${name} of ${route.title}`, make);
      else ids[name] = await (isShared ? this.once(name, make) : make());
    }
    return ids;
  }

  /** An object that a name in the path of the route means; `ids` are those to its left. */
  async make(route: Route, name: string, ids: Ids = {}): Promise<number | string> {
    const maker = MAKERS[name];
    if (maker) return maker(this, ids);
    // Customers may know of no user but themselves.
    if (name === 'user_id' && this.role === 'customer') return this.caller.id;
    const [before = ''] = route.path.split(`/{${name}}`);
    const collection = [before, ...pluralsOf(name)].find((path) => routes.some(({ title }) => title === `POST ${path}`));
    if (collection === undefined) throw new Error(`test/support/objects.ts does not know what {${name}} is`);
    return this.create(collection, {}, collection === before ? ids : {});
  }

  private once(key: string, make: () => Promise<number | string>): Promise<number | string> {
    const id = this.shared.get(key) ?? make();
    this.shared.set(key, id);
    return id;
  }

  /** Calls POST on a path of the document with what it needs and what is given, and answers the id of what it made. */
  async create(path: string, given: Record<string, unknown> = {}, ids: Ids = {}): Promise<number> {
    const route = routes.find(({ title }) => title === `POST ${path}`);
    if (!route) throw new Error(`the document has no POST ${path}`);
    const fields = route.body && { ...(await this.fields(route.body.dto, 'needed')), ...given };
    const answer = await this.call(route, fillPath(route, ids), fields);
    const [made] = Object.values(answer);
    if (!made?.id) throw new Error(`POST ${path} tells no id: ${JSON.stringify(answer)}`);
    return made.id;
  }

  private async call(route: Route, path: string, fields?: Record<string, unknown>): Promise<Record<string, { id?: number }>> {
    // What the caller may not make, an admin makes for him.
    const maker = route['x-allowed-roles']?.includes(this.role) ? this.caller : this.company.admin;
    const authorization = `Bearer ${maker.token}`;
    const content = route.takesFiles
      ? formFile(`Some notes of ${this.company.subdomain}.`)
      : { body: JSON.stringify(fields ?? {}), type: 'application/json' };
    const headers = { authorization, 'content-type': content.type };
    const { status, body, text } = await ask(this.desk.url, {
      method: route.method.toUpperCase(),
      path,
      headers,
      body: content.body,
    });
    if (status >= 300) throw new Error(`${route.title} → ${status}: ${text}`);
    return body as Record<string, { id?: number }>;
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
    if (isReference(dto, name)) return this.named(dto, name);
    if (schema.format === 'email') return freshEmail();
    const example = EXAMPLES[`${dto}.${name}`];
    if (example) return example(this.company);
    if (!('example' in schema)) throw new Error(`${dto}.${name} has no example`);
    return name === 'name' ? `${String(schema.example)} ${fresh()}` : schema.example;
  }

  /** `team_id` names what POST /teams makes, and `team_ids` a list of such. */
  private async named(dto: string, name: string): Promise<unknown> {
    const path = pluralsOf(name).find((plural) => routes.some(({ title }) => title === `POST ${plural}`));
    if (path === undefined) throw new Error(`test/support/objects.ts does not know what ${dto}.${name} names`);
    const id = await this.create(path);
    return name.endsWith('s') ? [id] : id;
  }
}

/** The paths that may hold what a reference names. */
const PLURALS: Record<string, string> = { forwarding_address: '/emails' };

function pluralsOf(name: string): string[] {
  const noun = name.replace(/_ids?$/, '');
  return [PLURALS[noun] ?? '', `/${noun}s`, `/${noun}es`, `/${noun.replace(/y$/, 'ies')}`];
}

/** Fields that end like references and are none. */
const NO_REFERENCES = new Set(['UpdateInboundMailSettingsDto.authserv_ids']);

/** True for a field that names objects by their numbers. */
export function isReference(dto: string, name: string): boolean {
  if (NO_REFERENCES.has(`${dto}.${name}`)) return false;
  return /(^|_)ids?$/.test(name) || `${dto}.${name}` in REFERENCES;
}

/** The ways to the fields of an input, as in `content.attachment_ids`, that name objects or people. */
export function referencesOf(dto: string | undefined): { path: string; isEmail: boolean }[] {
  if (dto === undefined) return [];
  return Object.entries(schemaNamed(dto).properties ?? {}).flatMap(([name, schema]) => {
    if (OMITTED[`${dto}.${name}`] !== undefined) return [];
    const inner = refOf(schema);
    if (inner !== undefined) return referencesOf(inner).map(({ path, isEmail }) => ({ path: `${name}.${path}`, isEmail }));
    const isEmail = schema.format === 'email';
    return isEmail || isReference(dto, name) ? [{ path: name, isEmail }] : [];
  });
}

/** The path with these ids, and what the query must have. */
export function fillPath(route: Route, ids: Ids): string {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => String(ids[name]));
  const needed = route.query
    .filter(({ required }) => required)
    .map(({ name, example, schema }) => `${name}=${encodeURIComponent(String(example ?? schema.example))}`);
  return needed.length > 0 ? `${path}?${needed.join('&')}` : path;
}
