import type { Cast, Span } from './cast.js';
import type { Agent, Team } from './house.js';
import type { Random } from './random.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How often things happen; of all tickets unless it says otherwise. */
const SHARE = { spam: 0.02, trash: 0.01, team: 0.7, user: 0.65, handedOver: 0.12, star: 0.01, note: 0.15 } as const;
const MEAN_GAP = 9 * HOUR;
const MAX_MESSAGES = 200;

/** What must be known of a ticket before its ids are drawn. */
export interface Shape {
  isSpam: boolean;
  messages: number;
}

export interface Turn {
  kind: 'opening' | 'reply' | 'note';
  at: number;
  /** Null: the requester. */
  staff: Agent | null;
  byAgent: boolean;
}

export interface Handling {
  team: Team | null;
  agent: Agent;
  /** Who has it now; null when nobody does. */
  assignee: Agent | null;
  /** Who had it before. */
  previous: Agent | null;
  teamAt: number;
  previousAt: number;
  assignedAt: number;
}

export interface State {
  archivedAt: number | null;
  spamAt: number | null;
  trashedAt: number | null;
}

/** Spam stays unanswered; the other tickets make good for it, so that the mean holds over all. */
export function drawShape(random: Random, meanMessages: number): Shape {
  if (random.chance(SHARE.spam)) return { isSpam: true, messages: 1 };
  const mean = (meanMessages - 1) / (1 - SHARE.spam);
  const more = mean === 0 ? 0 : Math.floor(Math.log(1 - random.next()) / Math.log(mean / (1 + mean)));
  return { isSpam: false, messages: Math.min(MAX_MESSAGES, 1 + more) };
}

/** Who looks after a ticket, and since when. Whoever has a ticket of a team is a member of it. */
export function drawHandling(random: Random, cast: Cast, isSpam: boolean, createdAt: number): Handling {
  const team = !isSpam && random.chance(SHARE.team) ? random.pick(cast.teams) : null;
  const candidates = team ? team.members : cast.agents;
  const agent = random.pick(candidates);
  const assignee = !isSpam && random.chance(SHARE.user) ? agent : null;
  const first = assignee && random.chance(SHARE.handedOver) ? random.pick(candidates) : null;
  const teamAt = soonAfter(random, createdAt, 10 * MINUTE, cast.span);
  const previousAt = soonAfter(random, teamAt, 20 * MINUTE, cast.span);
  const assignedAt = soonAfter(random, previousAt, HOUR, cast.span);
  return { team, agent, assignee, previous: first === assignee ? null : first, teamAt, previousAt, assignedAt };
}

/** The course of a conversation: who writes what when, all of it before the end of the span. */
export function drawTurns(random: Random, cast: Cast, shape: Shape, agent: Agent, createdAt: number): Turn[] {
  const turns: Turn[] = [{ kind: 'opening', at: createdAt, staff: null, byAgent: false }];
  let lastByAgent = false;
  let elapsed = 0;
  for (let message = 1; message < shape.messages; message++) {
    elapsed += MINUTE + random.wait(MEAN_GAP);
    const at = createdAt + elapsed;
    if (random.chance(SHARE.note)) {
      turns.push({ kind: 'note', at, ...noteWriter(random, cast, agent) });
      continue;
    }
    lastByAgent = random.chance(lastByAgent ? 0.25 : 0.85);
    const staff = lastByAgent ? (random.chance(0.12) ? random.pick(cast.agents) : agent) : null;
    turns.push({ kind: 'reply', at, staff, byAgent: lastByAgent });
  }
  // Young tickets have had less time: their writers were quicker.
  const limit = (cast.span.end - createdAt) * 0.95;
  const pace = elapsed > limit ? limit / elapsed : 1;
  return pace === 1 ? turns : turns.map((turn) => ({ ...turn, at: createdAt + (turn.at - createdAt) * pace }));
}

function noteWriter(random: Random, cast: Cast, agent: Agent): Pick<Turn, 'staff' | 'byAgent'> {
  if (random.chance(0.15)) return { staff: random.pick(cast.collaborators), byAgent: false };
  return { staff: random.chance(0.4) ? random.pick(cast.agents) : agent, byAgent: true };
}

/** Old tickets are archived nearly all, young ones seldom; over all of them the share is exact. `age` runs from 0, oldest, to 1. */
export function drawState(
  random: Random,
  { span }: Cast,
  { isSpam, age, createdAt, lastAt }: { isSpam: boolean; age: number; createdAt: number; lastAt: number },
  archived: number,
): State {
  const isOpen = archived < 1 && random.next() < age ** (archived / (1 - archived));
  return {
    archivedAt: isOpen ? null : soonAfter(random, lastAt, 24 * HOUR, span),
    spamAt: isSpam ? soonAfter(random, createdAt, HOUR, span) : null,
    trashedAt: random.chance(SHARE.trash) ? soonAfter(random, lastAt, 24 * HOUR, span) : null,
  };
}

export function drawStar(random: Random): boolean {
  return random.chance(SHARE.star);
}

/** After a moment, but never after the end of the span. */
function soonAfter(random: Random, moment: number, mean: number, span: Span): number {
  return moment + Math.min(random.wait(mean), (span.end - moment) * random.next());
}
