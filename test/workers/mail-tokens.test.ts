import { describe, expect, it } from '@jest/globals';
import { mentionsIn } from '../../src/emails/outbound/occasions.js';
import { MailTokens } from '../../src/emails/outbound/mail-tokens.js';
import { readEnv } from '../../src/config/env.js';

const tokensUnder = (secret: string) => new MailTokens(readEnv({ APP_SECRET: secret, INBOUND_MAIL_DOMAIN: 'in.example.com' }));
const tokens = tokensUnder('a secret that only these tests know and use');
const MAIL = { companyId: 1, ticketId: 22, messageId: 333, deliveryId: 4444 };

describe('the Message-ID of a mail', () => {
  it('tells what it is of, to the desk that has made it and for the recipient', () => {
    const id = tokens.makeMessageId(MAIL, 'Jane@example.com');
    expect(id).toMatch(/^<[a-z0-9.]+@in\.example\.com>$/);
    expect(tokens.makeMessageId(MAIL, 'Jane@example.com')).toBe(id);
    expect(tokens.verifyMessageId(id, 'jane@EXAMPLE.com')).toEqual(MAIL);
    expect(tokens.verifyMessageId(` ${id.toUpperCase()} `, 'jane@example.com')).toEqual(MAIL);
    const notice = { companyId: 1, ticketId: null, messageId: null, deliveryId: 5 };
    expect(tokens.verifyMessageId(tokens.makeMessageId(notice, 'a@b.de'), 'a@b.de')).toEqual(notice);
  });

  it('proves nothing once anything of it is changed', () => {
    const id = tokens.makeMessageId(MAIL, 'jane@example.com');
    const [, company, ticket, message, delivery, mac = ''] = id.slice(1, id.indexOf('@')).split('.');
    const forged = [
      `<pd.2.${ticket}.${message}.${delivery}.${mac}@in.example.com>`,
      `<pd.${company}.n.${message}.${delivery}.${mac}@in.example.com>`,
      `<pd.${company}.${ticket}.1.${delivery}.${mac}@in.example.com>`,
      `<pd.${company}.${ticket}.${message}.1.${mac}@in.example.com>`,
      `<pd.${company}.${ticket}.${message}.${delivery}.${mac.slice(1)}@in.example.com>`,
      `<pd.${company}.${ticket}.${message}.${delivery}.${mac.startsWith('0') ? '1' : '0'}${mac.slice(1)}@in.example.com>`,
      `<pd.${company}${ticket}.${message}.${delivery}.${mac}@in.example.com>`,
      '<1@in.example.com>',
      '',
    ];
    expect(forged.map((candidate) => tokens.verifyMessageId(candidate, 'jane@example.com'))).toEqual(forged.map(() => null));
    expect(tokens.verifyMessageId(id, 'john@example.com')).toBeNull();
    expect(tokensUnder('another secret that only these tests know').verifyMessageId(id, 'jane@example.com')).toBeNull();
  });
});

describe('the token of a reply address', () => {
  it('leads the person to whom it was given to the ticket, and nobody else anywhere', () => {
    const token = tokens.makeReplyToken({ companyId: 1, ticketId: 36 ** 9 }, 'jane@example.com');
    expect(token.length).toBeLessThanOrEqual(23);
    expect(tokens.verifyReplyToken(1, token.toUpperCase(), 'JANE@example.com')).toBe(36 ** 9);
    expect(tokens.verifyReplyToken(2, token, 'jane@example.com')).toBeNull();
    expect(tokens.verifyReplyToken(1, token, 'john@example.com')).toBeNull();
    expect(tokens.verifyReplyToken(1, `${token.slice(0, 13)}1`, 'jane@example.com')).toBeNull();
    expect(tokens.verifyReplyToken(1, `0${token}`, 'jane@example.com')).toBeNull();
    expect(tokens.verifyReplyToken(1, '', 'jane@example.com')).toBeNull();
    expect(tokensUnder('another secret that only these tests know').verifyReplyToken(1, token, 'jane@example.com')).toBeNull();
  });
});

describe('a mention', () => {
  it.each([
    ['@jane', ['jane']],
    ['(@Jane.Doe) and @bob@Example.com.', ['jane.doe', 'bob@example.com']],
    ['@jane, @jane, @JANE!', ['jane']],
    ['jane@example.com', []],
    ['@ jane', []],
    ['', []],
    [Array.from({ length: 30 }, (_, number) => `@a${number}`).join(' '), Array.from({ length: 20 }, (_, number) => `a${number}`)],
  ])('in %j', (text, words) => {
    expect(mentionsIn(text)).toEqual(words);
  });
});
