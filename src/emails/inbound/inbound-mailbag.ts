import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { EntityManager } from 'typeorm';
import { Database, only, rows, tellAfterCommit } from '../../platform/database/database.js';
import { DiskStorage } from '../../platform/storage/disk-storage.js';
import type { InboundEnvelope } from './inbound.types.js';
import { RawMail } from './raw-mail.js';

/** What a door knows of a mail, but for the moment in which it came. */
export type NewEnvelope = Omit<InboundEnvelope, 'receivedAt'>;

/** Something to be written with the mail or not at all, such as how far a mailbox has been read. */
export type Beside = (em: EntityManager) => Promise<void>;

interface Source {
  storageKey: string;
  byteSize: number;
  contentHash: Buffer;
}

const INSERT = `insert into inbound_emails (company_id, forwarding_address_id, door, mail_from, rcpt_to, remote_address, byte_size, content_hash, storage_key)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`;

/** Keeps mail as it has come, before anybody has read it: what has been put in here is not lost. */
@Injectable()
export class InboundMailbag {
  constructor(
    private readonly db: Database,
    private readonly storage: DiskStorage,
  ) {}

  /**
   * Keeps one mail for each of the envelopes, which are of different companies, or for none; answers the ids. When it resolves, the mail is on
   * the disk and a worker will look at it. Throws `Unreadable` when it is too large, and what the stream throws.
   */
  async keep(envelopes: NewEnvelope[], content: Readable, beside?: Beside): Promise<number[]> {
    const raw = new RawMail();
    const staged = await this.storage.stage(content, raw);
    const measured = { byteSize: raw.byteSize, contentHash: raw.contentHash() };
    const sources = envelopes.map(({ companyId }) => ({
      ...measured,
      storageKey: this.storage.newKey(`inbound/${companyId}`),
    }));
    try {
      await this.publish(staged, sources);
      return await this.insert(envelopes, sources, beside);
    } finally {
      await this.storage.discard(staged);
    }
  }

  /** All bytes of a kept mail. Throws when they are gone. */
  async read(storageKey: string): Promise<Buffer> {
    return buffer(await this.storage.read(storageKey));
  }

  // A file for each company, so that each may forget its own.
  private async publish(staged: string, [first, ...others]: Source[]): Promise<void> {
    if (!first) throw new Error('a mail without an envelope cannot be kept');
    await this.storage.publish(staged, first.storageKey);
    for (const { storageKey } of others) await this.storage.put(storageKey, await this.storage.read(first.storageKey));
  }

  // Where the commit itself fails, nobody knows whether the rows are there: better files without rows than rows without files.
  private async insert(envelopes: NewEnvelope[], sources: Source[], beside?: Beside): Promise<number[]> {
    const commit = { mayBe: false };
    try {
      return await this.db.tx(async (em) => {
        commit.mayBe = false;
        const ids: number[] = [];
        for (const [index, envelope] of envelopes.entries()) ids.push(await insertOne(em, envelope, sources[index]));
        await beside?.(em);
        tellAfterCommit(em);
        commit.mayBe = true;
        return ids;
      });
    } catch (error) {
      if (!commit.mayBe) await Promise.allSettled(sources.map(({ storageKey }) => this.storage.remove(storageKey)));
      throw error;
    }
  }
}

async function insertOne(em: EntityManager, envelope: NewEnvelope, source: Source | undefined): Promise<number> {
  if (!source) throw new Error('a mail without a source cannot be kept');
  const { companyId, forwardingAddressId, door, mailFrom, rcptTo, remoteAddress } = envelope;
  const values = [companyId, forwardingAddressId, door, mailFrom, rcptTo, remoteAddress];
  const { byteSize, contentHash, storageKey } = source;
  return only(await rows<{ id: number }>(em, INSERT, [...values, byteSize, contentHash, storageKey])).id;
}
