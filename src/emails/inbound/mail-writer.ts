import { Inject, Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import type { EntityManager } from 'typeorm';
import { systemActor, type Actor } from '../../access/actor.js';
import type { IncomingFile } from '../../attachments/multipart.js';
import { insertUploads, Uploads, type StagedUpload } from '../../attachments/uploads.service.js';
import { ENV, type Env } from '../../config/env.js';
import { Database, only, rows } from '../../platform/database/database.js';
import { Invalid } from '../../platform/errors/app-errors.js';
import { answer } from '../../replies/replies.service.js';
import type { PreparedMessage } from '../../tickets/messages.js';
import { Tickets } from '../../tickets/tickets.service.js';
import { lockTicket, refuseMerged } from '../../tickets/ticket-rows.js';
import { findOrCreatePeople } from '../../users/people.js';
import type { Applied, Finish } from './inbound.types.js';
import type { MailFile } from './mail.js';
import { mailActor, mailVisitor, type Known } from './mail-company.js';
import { showFiles } from './message-content.js';
import type { MailDecision, WritePlan } from './plan.js';

const CLAIM = `insert into received_messages (company_id, fingerprint, message_header, sender, is_automatic, is_stranger, whole_text, whole_html)
  values ($1, $2, $3, lower($4), $5, $6, $7, $8) on conflict (company_id, fingerprint) do nothing returning id`;

const CLAIMED = `select rm.message_id as "messageId", m.ticket_id as "ticketId" from received_messages rm
  left join messages m on m.company_id = rm.company_id and m.id = rm.message_id where rm.company_id = $1 and rm.fingerprint = $2`;

const WRITTEN = `update received_messages set message_id = $3 where company_id = $1 and id = $2`;

interface Written {
  ticketId: number;
  messageId: number;
}

/** Makes a mail a message of a ticket. */
@Injectable()
export class MailWriter {
  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly db: Database,
    private readonly uploads: Uploads,
    private readonly tickets: Tickets,
  ) {}

  /**
   * Writes the mail with its files, once however often and in how many processes it is asked for. What does not fit into the company's quota of
   * files is left in the source. Throws `NotFound` and `Conflict` for a ticket that has gone away since: then decide again.
   */
  async write(plan: WritePlan, decision: MailDecision, finish: Finish): Promise<Applied> {
    const files = plan.mail.files.map(incomingFile);
    try {
      return await this.uploads.keep(plan.company.id, files, (kept) =>
        this.db.tx((em) => this.inside(em, plan, kept, decision, finish)),
      );
    } catch (error) {
      if (!(error instanceof Invalid) || !('files' in error.fields)) throw error;
      const detail = `${files.length} files stay in the source: ${error.message}`;
      const without = { ...decision, steps: [...decision.steps, { step: 'files', verdict: 'left out', detail }] };
      return this.db.tx((em) => this.inside(em, plan, [], without, finish));
    }
  }

  private async inside(
    em: EntityManager,
    plan: WritePlan,
    kept: StagedUpload[],
    { kind, steps }: MailDecision,
    finish: Finish,
  ): Promise<Applied> {
    const { company, fingerprint, mail, sender, isAutomatic, isStranger, whole } = plan;
    // Whoever writes the same at the same time waits here for the one who was first.
    const values = [company.id, fingerprint, mail.internetMessageId, sender.email, isAutomatic, isStranger];
    const [claim] = await rows<{ id: number }>(em, CLAIM, [...values, whole?.text ?? null, whole?.html ?? null]);
    const applied: Applied = claim
      ? { kind, ...(await this.message(em, plan, kept)), steps }
      : { kind: 'duplicate', ...only(await rows<Written>(em, CLAIMED, [company.id, fingerprint])), steps: [...steps, DOUBLE] };
    if (claim) await rows(em, WRITTEN, [company.id, claim.id, applied.messageId]);
    await finish(em, applied);
    return applied;
  }

  private async message(em: EntityManager, plan: WritePlan, kept: StagedUpload[]): Promise<Written> {
    const { company, ticketId, as, mail } = plan;
    const author = await this.author(em, plan);
    const message = await this.prepare(em, plan, author, kept);
    if (ticketId !== null) {
      const sight = as === 'agent' ? author : systemActor(author, 'system');
      const ticket = await lockTicket(em, sight, ticketId);
      refuseMerged(ticket);
      const { id } = await answer(em, author, ticket, { authorId: author.userId, as, message });
      return { ticketId, messageId: id };
    }
    const { id, messageId } = await this.tickets.open(em, author, {
      subject: mail.subject,
      requesterId: author.userId,
      isVerified: plan.isProven,
      source: 'email',
      forwardingAddressId: company.forwardingAddressId,
      isSpam: plan.isSpam,
      message,
      notifyRequester: false,
    });
    return { ticketId: id, messageId };
  }

  /** Who writes, with no more than his mail has proven: whoever is only said to be one of the staff is a customer here. */
  private async author(em: EntityManager, { company, sender, isStranger, as, isProven }: WritePlan): Promise<Actor> {
    const people = await findOrCreatePeople(em, mailVisitor(this.env, company), [sender], !isStranger);
    const { id, role, email } = only([...people.values()]) as Known;
    const isHimself = as === 'agent' || isProven;
    return mailActor(this.env, company, { id, role: isHimself ? role : 'customer', email });
  }

  private async prepare(em: EntityManager, plan: WritePlan, author: Actor, kept: StagedUpload[]): Promise<PreparedMessage> {
    const { content, cc, mail } = plan;
    if (kept.length === 0) return { content, cc, bcc: [], attachmentIds: [] };
    const attachmentIds = (await insertUploads(em, author, kept)).map(({ id }) => id);
    const urls = new Map<string, string>();
    mail.files.forEach(({ cid }, index) => {
      const id = attachmentIds[index];
      if (cid !== null && id !== undefined) urls.set(cid, `${author.baseUrl}/attachments/${id}`);
    });
    return { content: { ...content, html: showFiles(content.html, urls) }, cc, bcc: [], attachmentIds };
  }
}

const DOUBLE = { step: 'duplicates', verdict: 'seen before', detail: 'the same mail has come at the same time' };

function incomingFile({ filename, contentType, content }: MailFile): IncomingFile {
  return { filename, declaredType: contentType, content: Readable.from([content]) };
}
