import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Actor } from '../access/actor.js';
import { ENV, publicUrl, type Env } from '../config/env.js';
import { Database, rows } from '../platform/database/database.js';
import { LOGGER } from '../platform/logging/logger.js';
import { Queues } from '../platform/queue/queues.js';
import { AutomationRuns, type RunnableAutomation } from './automation-runs.service.js';
import { dueWindow, isTimed, judge, type Condition } from './conditions.js';
import { CARRIED_OUT } from './given-automations.js';
import { atTheDeskSql, personFieldsSql, visitOf, type Person } from './visitors.js';

const MINUTE_MS = 60_000;
/** How many people are looked at in one statement, and how many such there are in one pass for one automation. */
const PEOPLE = 500;
const BATCHES = 10;
const AUTOMATIONS = 100;
/** When everybody has been looked at, this long nobody is: those who have come since are found then. */
const REST_MINUTES = 10;

interface Scheduled extends RunnableAutomation {
  companyId: number;
  conditions: Condition[];
  subdomain: string;
  companyName: string;
  botId: number;
}

const KINDS = CARRIED_OUT.map((kind) => `'${kind}'`).join(', ');

const SCHEDULED = `select a.company_id as "companyId", a.id, a.kind, a.name, a.conditions, a.content, a.translations,
    c.subdomain, c.name as "companyName", (select min(b.id) from users b where b.company_id = c.id and b.role = 'agent' and b.kind = 'bot') as "botId"
  from automations a join companies c on c.id = a.company_id
  where a.enabled and a.kind in (${KINDS}) and (a.company_id, a.id) > ($1, $2) order by a.company_id, a.id limit ${AUTOMATIONS}`;

// Another repetition starts with the first person again.
const BEGIN = `insert into automation_passes as p (company_id, automation_id, repeat_window) values ($1, $2, $3)
  on conflict (company_id, automation_id) do update set repeat_window = $3,
    reached = case when p.repeat_window = $3 and p.finished_at is null then p.reached else 0 end, finished_at = null
  where p.repeat_window <> $3 or p.finished_at is null or not $4 or p.finished_at < now() - interval '${REST_MINUTES} minutes'
  returning reached`;

const REACH = `update automation_passes set reached = $3, finished_at = case when $4 then now() end where company_id = $1 and automation_id = $2`;

const EVERYBODY = `select u.* from users u where u.company_id = $1 and u.id > $3 order by u.id limit ${PEOPLE}`;

const AT_THE_DESK = `select u.* from user_presences p join users u on u.company_id = p.company_id and u.id = p.user_id
  where p.company_id = $1 and ${atTheDeskSql('p')} and p.user_id > $3 order by p.user_id limit ${PEOPLE}`;

const lookSql = (whom: string) => `
  with slice as materialized (${whom})
  select (select max(id) from slice) as reached, (select count(*) from slice) as count,
    (select coalesce(json_agg(found), '[]') from (select ${personFieldsSql('u')} from slice u
      where u.role = 'customer' and u.kind in ('user', 'lead', 'visitor')
        and ($5::text <> 'emails' or u.email is not null)
        and ($5::text <> 'sms' or exists (select 1 from user_details d where d.company_id = $1 and d.user_id = u.id and d.slug = 'phone'))
        and not exists (select 1 from automation_runs r
          where r.company_id = $1 and r.automation_id = $2 and r.user_id = u.id and r.repeat_window = $4)
      order by u.id) found) as people`;

interface Slice {
  reached: number | null;
  count: number;
  people: (Omit<Person, 'madeAt' | 'seenAt'> & { madeAt: string; seenAt: string | null })[];
}

/**
 * Runs automations by the clock: those with a time for everybody, the others for who is at the desk. Each pass is bounded and goes on where
 * the last one has stopped; that two overlap is harmless, since each run is claimed.
 */
@Injectable()
export class AutomationScheduler implements OnModuleInit {
  constructor(
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly db: Database,
    private readonly queues: Queues,
    private readonly runs: AutomationRuns,
  ) {}

  onModuleInit(): void {
    this.queues.schedule('run-automations', MINUTE_MS, () => this.pass());
  }

  /** One pass over the automations of all companies. What fails for one is logged, and tried again by the next pass. */
  async pass(now = new Date()): Promise<void> {
    let last = { companyId: 0, id: 0 };
    for (;;) {
      const scheduled = await this.db.query<Scheduled>(SCHEDULED, [last.companyId, last.id]);
      for (const automation of scheduled) await this.advance(automation, now);
      const end = scheduled.at(-1);
      if (!end || scheduled.length < AUTOMATIONS) return;
      last = end;
    }
  }

  private async advance(automation: Scheduled, now: Date): Promise<void> {
    const { companyId, id } = automation;
    try {
      const window = dueWindow(automation.conditions, now);
      if (window === null) return;
      const isForAll = automation.conditions.some(isTimed);
      let reached = await this.begin(automation, window, isForAll);
      for (let batch = 0; reached !== null && batch < BATCHES; batch++)
        reached = await this.look(automation, { now, window, isForAll, reached });
    } catch (error) {
      this.logger.error({ err: error, company: companyId, automation: id }, 'an automation was not moved on');
    }
  }

  /** The person behind whom to go on; null when everybody has just been looked at. */
  private async begin({ companyId, id }: Scheduled, window: string, isForAll: boolean): Promise<number | null> {
    const [begun] = await this.db.tx((em) => rows<{ reached: number }>(em, BEGIN, [companyId, id, window, isForAll]));
    return begun?.reached ?? null;
  }

  /** Looks at some people and runs the automation for those who meet its conditions; null when nobody is left. */
  private async look(
    automation: Scheduled,
    { now, window, isForAll, reached }: { now: Date; window: string; isForAll: boolean; reached: number },
  ): Promise<number | null> {
    const { companyId, id, kind } = automation;
    const sql = lookSql(isForAll ? EVERYBODY : AT_THE_DESK);
    const [slice] = await this.db.query<Slice>(sql, [companyId, id, reached, window, kind]);
    for (const person of (slice?.people ?? []).map(readPerson)) await this.runFor(automation, person, now);
    const isLast = (slice?.count ?? 0) < PEOPLE;
    const next = slice?.reached ?? reached;
    await this.db.tx((em) => rows(em, REACH, [companyId, id, next, isLast]));
    return isLast ? null : next;
  }

  private async runFor(automation: Scheduled, person: Person, now: Date): Promise<void> {
    const judged = judge(automation.conditions, visitOf(person, now));
    if (judged === null || judged.left.length > 0) return;
    try {
      await this.runs.run(this.botOf(automation), automation, person, judged.window);
    } catch (error) {
      const { companyId: company, id } = automation;
      this.logger.error({ err: error, company, automation: id, user: person.id }, 'an automation did not run for somebody');
    }
  }

  /** The bot of the company acts: he has shown no token, and sees all tickets. */
  private botOf({ companyId, subdomain, companyName: name, botId }: Scheduled): Actor {
    const company = { subdomain, name };
    const inCompany = { companyId, company, baseUrl: publicUrl(this.env, subdomain) };
    return {
      ...inCompany,
      userId: botId,
      role: 'agent',
      email: null,
      scopes: [],
      tokenId: 0,
      tokenExpiresAt: null,
      seesAllTeams: true,
    };
  }
}

// As JSON times are text.
function readPerson({ madeAt, seenAt, ...person }: Slice['people'][number]): Person {
  return { ...person, madeAt: new Date(madeAt), seenAt: seenAt === null ? null : new Date(seenAt) };
}
