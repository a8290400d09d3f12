import type { Cast } from './cast.js';
import { drawHandling, drawShape, drawStar, drawState, drawTurns, type Handling, type Shape, type Turn } from './conversation.js';
import { CopyRows, timeOf } from './copy.js';
import type { SeedOptions } from './options.js';
import type { Phrases } from './phrases.table.js';
import { Random } from './random.js';
import { pickLanguage, writeMessage, writeNote, writeSubject, type Voices } from './text.js';

/** A part of the run that is written in one transaction. Its content depends on the seed and its number alone. */
export interface Batch {
  number: number;
  firstTicket: number;
  shapes: Shape[];
  /** Of all its tickets. */
  messages: number;
  random: Random;
}

/** Where the ids of a batch begin. */
export interface FirstIds {
  ticket: number;
  message: number;
}

/** The columns of every table that a batch fills, in the order in which they can be written. */
export const BATCH_COLUMNS = {
  tickets: [
    ...['company_id', 'id', 'subject', 'requester_id', 'requester_verified', 'source', 'source_address', 'priority'],
    ...['waiting_for', 'archived_at', 'spam_at', 'trashed_at', 'user_assignee_id', 'team_assignee_id', 'replies_count'],
    ...['agent_replies_count', 'comments_count', 'last_reply_by_agent', 'last_activity_at', 'created_at', 'updated_at'],
  ],
  messages: [
    ...['company_id', 'id', 'ticket_id', 'kind', 'author_id', 'author_is_agent', 'written_by_id', 'text', 'html'],
    ...['html_policy', 'summary', 'created_at', 'updated_at'],
  ],
  message_recipients: ['company_id', 'message_id', 'kind', 'user_id', 'position'],
  ticket_labels: ['company_id', 'ticket_id', 'label_id', 'created_at'],
  stars: ['company_id', 'ticket_id', 'user_id', 'created_at'],
  assignments: ['company_id', 'ticket_id', 'user_id', 'team_id', 'assigned_by_id', 'created_at', 'ended_at'],
} as const;

export type BatchTable = keyof typeof BATCH_COLUMNS;
export const CHILD_TABLES = ['messages', 'message_recipients', 'ticket_labels', 'stars', 'assignments'] as const;

/** The opening of a ticket, for what hangs on it. */
export interface Opening {
  index: number;
  messageId: number;
  requesterId: number;
  /** When it was written, for COPY. */
  time: string;
}

const LABEL_COUNTS = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3];
const PRIORITIES = ['medium', 'medium', 'medium', 'medium', 'medium', 'medium', 'medium', 'low', 'high', 'high'] as const;
const SHARE = { email: 0.6, noSubject: 0.02, unverified: 0.1, writtenByStaff: 0.03, openingCc: 0.08, replyCc: 0.03 } as const;

export function planBatch(options: SeedOptions, number: number, firstTicket: number, size: number): Batch {
  const random = new Random(options.seed, 'batch', number);
  const shapes = Array.from({ length: size }, () => drawShape(random, options.messages));
  return { number, firstTicket, shapes, messages: shapes.reduce((sum, { messages }) => sum + messages, 0), random };
}

/** Makes the rows of one batch. Counters and states are read off the very turns that become messages, so they cannot differ. */
export class BatchWriter {
  readonly openings: Opening[] = [];
  private readonly rows: Record<BatchTable, CopyRows>;
  private messageId: number;

  constructor(
    private readonly cast: Cast,
    private readonly options: SeedOptions,
    private readonly batch: Batch,
    private readonly first: FirstIds,
  ) {
    this.rows = newRows();
    this.messageId = first.message;
  }

  /** Chunk by chunk, so that the rows of the first table are under way while the next are made. */
  *tickets(): Generator<Buffer> {
    for (const [offset, shape] of this.batch.shapes.entries()) {
      this.writeTicket(offset, shape);
      yield* this.rows.tickets.takeFull();
    }
    yield* this.rows.tickets.take();
  }

  /** The rows of a table that belongs to the tickets; complete when `tickets()` has ended. */
  take(table: BatchTable): Buffer[] {
    return this.rows[table].take();
  }

  private writeTicket(offset: number, shape: Shape): void {
    const { cast, options, batch } = this;
    const { random } = batch;
    const index = batch.firstTicket + offset;
    const age = (index + random.next()) / options.tickets;
    const createdAt = age * cast.span.end;
    const customer = Math.floor(cast.customers.ids.length * random.next() ** 2);
    const ticket: TicketDraft = {
      id: this.first.ticket + offset,
      requesterId: cast.customers.idOf(customer),
      requester: cast.customers.firstNameOf(customer),
      language: pickLanguage(random),
      handling: drawHandling(random, cast, shape.isSpam, createdAt),
    };
    const turns = drawTurns(random, cast, shape, ticket.handling.agent, createdAt);
    this.openings.push({ index, messageId: this.messageId, requesterId: ticket.requesterId, time: this.time(createdAt) });
    this.writeTicketRow(ticket, turns, shape, age);
    for (const turn of turns) this.writeMessageRow(ticket, turn);
    this.writeAssignments(ticket);
    this.writeLabelsAndStar(ticket, createdAt);
  }

  private writeTicketRow(ticket: TicketDraft, turns: Turn[], { isSpam }: Shape, age: number): void {
    const { cast, options, batch } = this;
    const { random } = batch;
    const { handling } = ticket;
    const replies = turns.filter(({ kind }) => kind === 'reply');
    const lastReply = replies.at(-1);
    const [createdAt, lastAt] = [turns[0]?.at ?? 0, turns.at(-1)?.at ?? 0];
    const state = drawState(random, cast, { isSpam, age, createdAt, lastAt }, options.archived);
    const voices = { me: ticket.requester, name: '' };
    const isMail = random.chance(SHARE.email);
    const updatedAt = Math.max(
      ...[createdAt, lastReply?.at ?? 0, state.archivedAt ?? 0, state.spamAt ?? 0, state.trashedAt ?? 0],
      ...[handling.team ? handling.teamAt : 0, handling.assignee ? handling.assignedAt : 0],
    );
    this.rows.tickets.add(
      cast.companyId,
      ticket.id,
      random.chance(SHARE.noSubject) ? null : writeSubject(random, ticket.language, voices),
      ticket.requesterId,
      !random.chance(SHARE.unverified),
      isMail ? 'email' : 'web',
      isMail ? cast.supportAddress : cast.webHost,
      random.pick(PRIORITIES),
      lastReply?.byAgent ? 'customer' : 'agent',
      this.timeOrNull(state.archivedAt),
      this.timeOrNull(state.spamAt),
      this.timeOrNull(state.trashedAt),
      handling.assignee?.id ?? null,
      handling.team?.id ?? null,
      replies.length,
      replies.filter(({ byAgent }) => byAgent).length,
      turns.filter(({ kind }) => kind === 'note').length,
      lastReply?.byAgent ?? false,
      this.time(lastAt),
      this.time(createdAt),
      this.time(updatedAt),
    );
  }

  private writeMessageRow(ticket: TicketDraft, { kind, at, staff, byAgent }: Turn): void {
    const { random } = this.batch;
    const id = this.messageId++;
    const time = this.time(at);
    const voices: Voices = staff
      ? { me: staff.name, name: ticket.requester }
      : { me: ticket.requester, name: ticket.handling.agent.name };
    const content =
      kind === 'note' ? writeNote(random, voices) : writeMessage(random, ticket.language, voices, byAgent ? 'answers' : 'asks');
    const writtenBy = kind === 'opening' && random.chance(SHARE.writtenByStaff) ? ticket.handling.agent.id : null;
    this.rows.messages.add(
      ...[this.cast.companyId, id, ticket.id, kind, staff?.id ?? ticket.requesterId, byAgent, writtenBy],
      ...[content.text, content.html, content.htmlPolicy, content.summary, time, time],
    );
    if (kind === 'opening' && random.chance(SHARE.openingCc)) this.writeRecipients(ticket, id, 'cc');
    if (kind === 'reply' && byAgent && random.chance(SHARE.replyCc))
      this.writeRecipients(ticket, id, random.chance(0.3) ? 'bcc' : 'cc');
  }

  private writeRecipients(ticket: TicketDraft, messageId: number, kind: 'cc' | 'bcc'): void {
    const { random } = this.batch;
    const { customers, companyId } = this.cast;
    const given = [random.below(customers.ids.length), random.below(customers.ids.length)].slice(0, random.chance(0.7) ? 1 : 2);
    const ids = new Set(given.map(customers.idOf).filter((id) => id !== ticket.requesterId));
    for (const [place, id] of [...ids].entries()) this.rows.message_recipients.add(companyId, messageId, kind, id, place + 1);
  }

  /** The history ends with what stands on the ticket. */
  private writeAssignments({ id, handling }: TicketDraft): void {
    const { team, agent, assignee, previous, teamAt, previousAt, assignedAt } = handling;
    const { companyId } = this.cast;
    const add = (userId: number | null, teamId: number | null, at: number, until: number | null): void => {
      // Half of it is done by people, half by rules.
      const by = this.batch.random.chance(0.5) ? agent.id : null;
      this.rows.assignments.add(companyId, id, userId, teamId, by, this.time(at), this.timeOrNull(until));
    };
    if (team) add(null, team.id, teamAt, null);
    if (previous) add(previous.id, null, previousAt, assignedAt);
    if (assignee) add(assignee.id, null, assignedAt, null);
  }

  private writeLabelsAndStar({ id, handling }: TicketDraft, createdAt: number): void {
    const { random } = this.batch;
    const { companyId, labels } = this.cast;
    const time = this.time(createdAt);
    const count = labels.length === 0 ? 0 : random.pick(LABEL_COUNTS);
    const chosen = new Set(Array.from({ length: count }, () => random.pickByRank(labels)));
    for (const label of chosen) this.rows.ticket_labels.add(companyId, id, label, time);
    if (drawStar(random)) this.rows.stars.add(companyId, id, handling.agent.id, time);
  }

  private time(at: number): string {
    return timeOf(this.cast.span.start + Math.floor(at));
  }

  private timeOrNull(at: number | null): string | null {
    return at === null ? null : this.time(at);
  }
}

interface TicketDraft {
  id: number;
  requesterId: number;
  /** His first name. */
  requester: string;
  language: Phrases;
  handling: Handling;
}

function newRows(): Record<BatchTable, CopyRows> {
  const tables = Object.keys(BATCH_COLUMNS) as BatchTable[];
  return Object.fromEntries(tables.map((table) => [table, new CopyRows()])) as Record<BatchTable, CopyRows>;
}
