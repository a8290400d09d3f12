import type { Database } from '../../src/platform/database/database.js';

interface TicketFact {
  id: number;
  created: number;
  waiting_for: string;
  last_reply_by_agent: boolean;
  is_thrown_away: boolean;
  user_assignee_id: number | null;
  team_assignee_id: number | null;
  labels: string[];
}

interface ReplyFact {
  ticket_id: number;
  author_id: number;
  created: number;
}

/** Everything of a company that reports are about, in the plainest form: times are in whole seconds. */
export interface Facts {
  tickets: TicketFact[];
  /** What agents have written, openings apart, oldest first. */
  replies: ReplyFact[];
}

export interface Asked {
  report: 'tickets_count' | 'replies_count' | 'avg_first_response_time';
  user?: number;
  team?: number;
  label?: string;
  /** The first and the last day, as midnights in Unix seconds. */
  first: number;
  last: number;
}

export interface Point {
  value: string;
  timestamp: string;
}

export const DAY = 86_400;

export async function readFacts(db: Database, companyId: number): Promise<Facts> {
  const tickets = await db.query<TicketFact>(
    `select id, floor(extract(epoch from created_at))::bigint as created, waiting_for, last_reply_by_agent,
       spam_at is not null or trashed_at is not null as is_thrown_away, user_assignee_id, team_assignee_id,
       array(select lower(name) from labels l join ticket_labels tl on tl.label_id = l.id where tl.ticket_id = t.id) as labels
     from tickets t where company_id = $1`,
    [companyId],
  );
  const replies = await db.query<ReplyFact>(
    `select ticket_id, author_id, floor(extract(epoch from created_at))::bigint as created
     from messages where company_id = $1 and kind = 'reply' and author_is_agent order by created_at, id`,
    [companyId],
  );
  return { tickets, replies };
}

/** What a report must answer, by looking at every fact once for every day. */
export function expectedPoints({ tickets, replies }: Facts, asked: Asked): Point[] {
  const points: Point[] = [];
  for (let day = asked.first; day <= asked.last; day += DAY) {
    const onDay = ({ created }: { created: number }) => created >= day && created < day + DAY;
    const timestamp = String(day);
    if (asked.report === 'tickets_count') {
      const counted = tickets.filter((ticket) => onDay(ticket) && !ticket.is_thrown_away && fits(ticket, asked));
      points.push({ value: String(counted.filter(({ user_assignee_id: id }) => isAsked(id, asked.user)).length), timestamp });
    } else if (asked.report === 'replies_count') {
      const counted = replies.filter((reply) => onDay(reply) && isAsked(reply.author_id, asked.user));
      const ofTickets = counted.filter((reply) => tickets.some((ticket) => ticket.id === reply.ticket_id && fits(ticket, asked)));
      points.push({ value: String(ofTickets.length), timestamp });
    } else {
      const waits = tickets
        .filter((ticket) => onDay(ticket) && fits(ticket, asked))
        .flatMap(({ id, created }) => {
          const first = replies.find((reply) => reply.ticket_id === id);
          return first && isAsked(first.author_id, asked.user) ? [Math.max(0, first.created - created)] : [];
        });
      if (waits.length > 0) points.push({ value: averageOf(waits), timestamp });
    }
  }
  return points;
}

function fits(ticket: TicketFact, { team, label }: Asked): boolean {
  if (team !== undefined && ticket.team_assignee_id !== team) return false;
  if (label === undefined) return true;
  if (label !== 'unanswered') return ticket.labels.includes(label.toLowerCase());
  return ticket.waiting_for === 'agent' || (ticket.waiting_for === 'none' && !ticket.last_reply_by_agent);
}

function isAsked(id: number | null, user: number | undefined): boolean {
  return user === undefined || id === user;
}

// In tenths and whole numbers, so that nothing is lost before it is rounded.
function averageOf(waits: number[]): string {
  const sum = waits.reduce((total, wait) => total + wait, 0);
  return (Math.floor((20 * sum + waits.length) / (2 * waits.length)) / 10).toFixed(1);
}
