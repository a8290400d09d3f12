import { Injectable } from '@nestjs/common';
import type { Actor } from '../access/actor.js';
import { Database } from '../platform/database/database.js';
import { NotFound } from '../platform/errors/app-errors.js';
import { AutomationRuns, type RunnableAutomation } from './automation-runs.service.js';
import { judge, type Condition, type Judgement } from './conditions.js';
import { MOST_AUTOMATIONS, readCode, readConditions, type Content } from './given-automations.js';
import { personFieldsSql, visitOf, type Person } from './visitors.js';
import { contentFor } from './wording.js';

/** An automation that whoever shows the page has to finish. */
export interface OfferedAutomation extends Pick<RunnableAutomation, 'kind' | 'name'> {
  code: string;
  conditions: Condition[];
  content: Content;
}

interface Candidate extends RunnableAutomation {
  code: string;
  conditions: Condition[];
  /** The repetitions for which it has run for the person lately. */
  windows: string[];
}

const CANDIDATES = `select a.id, a.code, a.kind, a.name, a.conditions, a.content, a.translations,
    array(select r.repeat_window from automation_runs r where r.company_id = a.company_id and r.automation_id = a.id and r.user_id = $2
      order by r.repeat_window desc limit 2) as windows
  from automations a where a.company_id = $1 and a.enabled and ($3::text is null or a.code = $3)
  order by a.position, a.id limit ${MOST_AUTOMATIONS}`;

const PERSON = `select ${personFieldsSql('u')} from users u where u.company_id = $1 and u.id = $2`;

/** Which automations are for the person who is at the desk, and what becomes of them. */
@Injectable()
export class AutomationOffers {
  constructor(
    private readonly db: Database,
    private readonly runs: AutomationRuns,
  ) {}

  /**
   * What is left to be looked at before an automation may run for the person; null when it may not, or has run. It need not be one that is
   * kept. Throws `Invalid` for conditions that are none.
   */
  async validate(actor: Actor, userId: number, given: object): Promise<Judgement | null> {
    const { id, conditions } = given as Record<string, unknown>;
    const [code, read] = [readCode(id), readConditions(conditions)];
    const [person, [kept]] = await Promise.all([
      this.person(actor, userId),
      code === null ? [] : this.candidates(actor, userId, code),
    ]);
    return judgeFor(person, { conditions: read, windows: kept?.windows ?? [] });
  }

  /** Runs one that is kept, if it wants to after {@link validate}; false when it has not been sent. Throws `NotFound` for one that is not there or rests. */
  async run(actor: Actor, userId: number, given: object, mustQualify: boolean): Promise<boolean> {
    const code = readCode((given as Record<string, unknown>)['id']) ?? '';
    const [person, [automation]] = await Promise.all([this.person(actor, userId), this.candidates(actor, userId, code)]);
    if (!automation) throw new NotFound('Automation', code);
    if (!person) return false;
    const judged = judge(automation.conditions, visitOf(person, new Date()));
    if (mustQualify && (judged === null || judged.left.length > 0)) return false;
    return (await this.runs.run(actor, automation, person, judged?.window ?? '')) ?? false;
  }

  /**
   * Runs for the person all that may run now; answers, in his language, those that are shown and those of which something is left to be
   * looked at. For staff nothing runs.
   */
  async runAll(actor: Actor, userId: number): Promise<OfferedAutomation[]> {
    const [person, candidates] = await Promise.all([this.person(actor, userId), this.candidates(actor, userId, null)]);
    const offered: OfferedAutomation[] = [];
    for (const candidate of candidates) {
      const judged = judgeFor(person, candidate);
      if (judged === null) continue;
      const isShown = candidate.kind === 'popups' || candidate.kind === 'design';
      if (isShown || judged.left.length > 0 || person?.role !== 'customer') offered.push(offerOf(candidate, person));
      else await this.runs.run(actor, candidate, person, judged.window);
    }
    return offered;
  }

  private async person({ companyId }: Actor, userId: number): Promise<Person | null> {
    const [found] = await this.db.query<Person>(PERSON, [companyId, userId]);
    return found ?? null;
  }

  private candidates({ companyId }: Actor, userId: number, code: string | null): Promise<Candidate[]> {
    return this.db.query<Candidate>(CANDIDATES, [companyId, userId, code]);
  }
}

function judgeFor(person: Person | null, { conditions, windows }: Pick<Candidate, 'conditions' | 'windows'>): Judgement | null {
  const judged = judge(conditions, visitOf(person, new Date()));
  return judged === null || windows.includes(judged.window) ? null : judged;
}

function offerOf({ code, kind, conditions, ...said }: Candidate, person: Person | null): OfferedAutomation {
  const { name, ...content } = { name: said.name, ...contentFor(person, said.content, said.translations) };
  return { code, kind, name, conditions, content };
}
