import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../access/actor.js';
import { Database, only, rows } from '../platform/database/database.js';
import { record } from '../platform/events/record.js';
import { countOccurrences } from '../platform/occurrences/occurrences.js';
import { Messages } from '../replies/messages.service.js';
import { presentShortUser } from '../users/people.js';
import type { AutomationKind, Content } from './given-automations.js';
import type { OUTCOMES, REASONS } from './run.view.js';
import type { Person } from './visitors.js';
import { contentFor, mergeFor } from './wording.js';

/** An automation that is to run. */
export interface RunnableAutomation {
  id: number;
  kind: AutomationKind;
  name: string;
  content: Content;
  translations: Record<string, Content>;
}

interface Outcome {
  outcome: (typeof OUTCOMES)[number];
  reason: (typeof REASONS)[number] | null;
}

// The key of the log decides who runs it: of many at once one finds no row, and the others find his. The person is held, so that he is not
// deleted meanwhile.
const CLAIM = `with person as materialized (select u.id from users u where u.company_id = $1 and u.id = $3 for key share)
  insert into automation_runs (company_id, automation_id, user_id, repeat_window, outcome, reason)
  select $1, $2, person.id, $4, $5, $6 from person
  where exists (select 1 from automations a where a.company_id = $1 and a.id = $2)
  on conflict (company_id, automation_id, user_id, repeat_window) do nothing returning id`;

const TELL = `update automation_runs set event_id = $3 where company_id = $1 and id = $2`;

/** The reports that count what was sent; runs themselves are forgotten after a while. */
const REPORTS: Partial<Record<AutomationKind, string>> = {
  emails: 'email-automations',
  sms: 'sms-automations',
  messages: 'message-automations',
};

const BOT = `select min(id) as id from users where company_id = $1 and role = 'agent' and kind = 'bot'`;

/** Runs automations for people, each once for each of them and each repetition. */
@Injectable()
export class AutomationRuns {
  constructor(
    private readonly db: Database,
    private readonly messages: Messages,
  ) {}

  /**
   * Runs an automation for a person whatever its conditions say: the bot speaks, a mail is queued, or it is noted why not or that it was shown.
   * The log tells of it. False when it was not sent; null when it has run for him already, or one of both is gone.
   */
  async run(actor: Actor, automation: RunnableAutomation, person: Person, window: string): Promise<boolean | null> {
    const { outcome, reason } = outcomeOf(automation.kind, person);
    return this.db.tx(async (em) => {
      const claim = [actor.companyId, automation.id, person.id, window, outcome, reason];
      const [claimed] = await rows<{ id: number }>(em, CLAIM, claim);
      if (!claimed) return null;
      const said = contentFor(person, automation.content, automation.translations);
      const message = mergeFor(person, actor.company, said['message'] ?? '');
      const subject = mergeFor(person, actor.company, said['subject'] ?? '') || actor.company.name;
      if (outcome === 'sent') await this.speak(em, actor, person.id, message);
      const eventId = await recordRun(em, actor, automation, person, { id: claimed.id, outcome, reason, subject, message });
      await rows(em, TELL, [actor.companyId, claimed.id, eventId]);
      const report = REPORTS[automation.kind];
      if (report !== undefined && outcome !== 'not-sent') await countOccurrences(em, actor.companyId, report);
      return outcome !== 'not-sent';
    });
  }

  private async speak(em: EntityManager, actor: Actor, userId: number, text: string): Promise<void> {
    const { id: authorId } = only(await rows<{ id: number }>(em, BOT, [actor.companyId]));
    await this.messages.tellIn(em, actor, { userId, authorId, text });
  }
}

function outcomeOf(kind: AutomationKind, { email, wantsMail, details }: Person): Outcome {
  const notSent = (reason: Outcome['reason']): Outcome => ({ outcome: 'not-sent', reason });
  if (kind === 'messages') return { outcome: 'sent', reason: null };
  if (kind === 'emails') {
    if (email === null) return notSent('no-email');
    return wantsMail ? { outcome: 'queued', reason: null } : notSent('unsubscribed');
  }
  if (kind === 'sms') return notSent(details['phone'] === undefined ? 'no-phone' : 'sms-not-active');
  return { outcome: 'shown', reason: null };
}

interface Run extends Outcome {
  id: number;
  subject: string;
  message: string;
}

async function recordRun(
  em: EntityManager,
  actor: Actor,
  { id, kind, name }: RunnableAutomation,
  person: Person,
  run: Run,
): Promise<number> {
  const user = await presentShortUser(em, actor, person.id);
  const data = { automation: JSON.stringify({ id, kind, name }), user, run: JSON.stringify(run) };
  return record(em, { companyId: actor.companyId, type: 'automation.ran', actor: eventActor(actor), data });
}
