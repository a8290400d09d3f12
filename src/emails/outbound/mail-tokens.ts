import { Inject, Injectable } from '@nestjs/common';
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { ENV, type Env } from '../../config/env.js';
import { ENDABLE_KINDS, type EndableKind } from './mail-kinds.js';

/** What a mail of ours is about, as its Message-ID proves. */
export interface MailIdentity {
  companyId: number;
  ticketId: number | null;
  messageId: number | null;
  deliveryId: number;
}

const KEY_BYTES = 32;
/** Who wants no more mails of a kind. */
export interface Unsubscription {
  companyId: number;
  userId: number;
  kind: EndableKind;
}

const MAC_LETTERS = 26;
/** The local part of an address has 64 letters: forty are the hash of the forwarding address, one is the plus sign. */
const SHORT_MAC_LETTERS = 13;
/** Without letters that look alike; mail servers fold the case of addresses. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const NUMBER = '[0-9a-z]{1,10}';
const IN_MESSAGE_ID = new RegExp(
  `^<?pd\\.(${NUMBER})\\.(${NUMBER})\\.(${NUMBER})\\.(${NUMBER})\\.([0-9a-z]{${MAC_LETTERS}})@[^@<>\\s]+>?$`,
);
const TO_UNSUBSCRIBE = new RegExp(`^(${NUMBER})-(${NUMBER})-([0-9a-z])-([0-9a-z]{${MAC_LETTERS}})$`);
const IN_ADDRESS = new RegExp(`^([0-9a-z]{${SHORT_MAC_LETTERS}})(${NUMBER})$`);

/** Marks mail so that an answer finds its ticket, and nobody can make up such marks: each is bound to one recipient by an HMAC under APP_SECRET. */
@Injectable()
export class MailTokens {
  private readonly key: Buffer;
  private readonly domain: string;

  constructor(@Inject(ENV) env: Env) {
    this.key = Buffer.from(hkdfSync('sha256', env.APP_SECRET ?? '', '', 'mail tokens', KEY_BYTES));
    this.domain = env.INBOUND_MAIL_DOMAIN;
  }

  /** The Message-ID of a mail, with its brackets: the same each time for the same mail. */
  makeMessageId(mail: MailIdentity, recipient: string): string {
    const numbers = numbersOf(mail).map((number) => number.toString(36));
    return `<pd.${numbers.join('.')}.${this.mailMac(mail, recipient)}@${this.domain}>`;
  }

  /** What the Message-ID says that it is of; nothing is proven by that. Null when it is none of this kind. */
  readMessageId(id: string): MailIdentity | null {
    const numbers = IN_MESSAGE_ID.exec(id.trim().toLowerCase())?.slice(1, 5);
    if (!numbers) return null;
    const [companyId = 0, ticketId = 0, messageId = 0, deliveryId = 0] = numbers.map((number) => parseInt(number, 36));
    return { companyId, ticketId: ticketId || null, messageId: messageId || null, deliveryId };
  }

  /** What a Message-ID is of, if the desk has made it for this recipient; else null. */
  verifyMessageId(id: string, recipient: string): MailIdentity | null {
    const mail = this.readMessageId(id);
    const mac = IN_MESSAGE_ID.exec(id.trim().toLowerCase())?.[5];
    return mail && mac !== undefined && isSame(mac, this.mailMac(mail, recipient)) ? mail : null;
  }

  /** What stands behind the plus sign of a reply address. */
  makeReplyToken(of: { companyId: number; ticketId: number }, recipient: string): string {
    return this.replyMac(of, recipient) + of.ticketId.toString(36);
  }

  /** The ticket of which a token says that it is; nothing is proven by that. */
  readReplyToken(token: string): number | null {
    const number = IN_ADDRESS.exec(token.toLowerCase())?.[2];
    return number === undefined ? null : parseInt(number, 36);
  }

  /** The ticket to which a reply address leads, if the desk has given it to this person; else null. */
  verifyReplyToken(companyId: number, token: string, recipient: string): number | null {
    const ticketId = this.readReplyToken(token);
    const mac = token.toLowerCase().slice(0, SHORT_MAC_LETTERS);
    return ticketId !== null && isSame(mac, this.replyMac({ companyId, ticketId }, recipient)) ? ticketId : null;
  }

  /** What ends the mails of a kind, in the hands of whoever gets them. */
  makeUnsubscribeToken(of: Unsubscription): string {
    const numbers = [of.companyId, of.userId, ENDABLE_KINDS.indexOf(of.kind)].map((number) => number.toString(36));
    return `${numbers.join('-')}-${this.unsubscribeMac(of)}`;
  }

  /** What a token ends; null when the desk has not made it. */
  verifyUnsubscribeToken(token: string): Unsubscription | null {
    const [, company = '', user = '', place = '', mac = ''] = TO_UNSUBSCRIBE.exec(token) ?? [];
    const kind = ENDABLE_KINDS[parseInt(place, 36)];
    if (kind === undefined) return null;
    const of = { companyId: parseInt(company, 36), userId: parseInt(user, 36), kind };
    return isSame(mac, this.unsubscribeMac(of)) ? of : null;
  }

  private unsubscribeMac({ companyId, userId, kind }: Unsubscription): string {
    return this.mac(['unsubscribe', companyId, userId, kind], MAC_LETTERS);
  }

  private mailMac(mail: MailIdentity, recipient: string): string {
    return this.mac(['message', ...numbersOf(mail), recipient.toLowerCase()], MAC_LETTERS);
  }

  private replyMac({ companyId, ticketId }: { companyId: number; ticketId: number }, recipient: string): string {
    return this.mac(['reply', companyId, ticketId, recipient.toLowerCase()], SHORT_MAC_LETTERS);
  }

  private mac(of: (string | number)[], letters: number): string {
    const bytes = createHmac('sha256', this.key).update(JSON.stringify(of)).digest();
    return Array.from(bytes.subarray(0, letters), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
  }
}

function numbersOf({ companyId, ticketId, messageId, deliveryId }: MailIdentity): [number, number, number, number] {
  return [companyId, ticketId ?? 0, messageId ?? 0, deliveryId];
}

function isSame(given: string, wanted: string): boolean {
  return given.length === wanted.length && timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
}
