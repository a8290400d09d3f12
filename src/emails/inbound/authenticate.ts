import { Inject, Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { authenticate, type AuthenticateResult } from 'mailauth';
import { Resolver } from 'node:dns/promises';
import { ENV, type Env } from '../../config/env.js';
import type { InboundEnvelope } from './inbound.types.js';
import { judgeFindings, readFindings } from './authentication-results.js';
import { headerValues, type Mail } from './mail.js';

/** Whether a mail is by whom it names: proven, denied by his domain, or neither. */
export interface Authentication {
  verdict: 'pass' | 'fail' | 'none';
  detail: string;
}

const DNS_TIMEOUT_MS = 3000;
const DNS_TRIES = 2;
const DEADLINE_MS = 20_000;

/** Proves who has written a mail: by DKIM, SPF and DMARC, or by the word of a server that the company believes. */
@Injectable()
export class MailAuthentication {
  private readonly resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: DNS_TRIES });

  constructor(@Inject(ENV) private readonly env: Env) {
    if (env.INBOUND_DNS_SERVERS.length > 0) this.resolver.setServers(env.INBOUND_DNS_SERVERS);
  }

  /** Asks the DNS only where the mail offers something to prove. Never throws: what cannot be found out is not proven. */
  async check(raw: Buffer, mail: Mail, envelope: InboundEnvelope, authservIds: string[]): Promise<Authentication> {
    const sender = mail.from?.email.toLowerCase();
    if (sender === undefined || !mail.hasOneFrom) return { verdict: 'none', detail: 'It does not name one writer clearly' };
    const told = this.isBelieved(envelope) ? byHeader(mail, domainOf(sender), authservIds) : null;
    if (told) return told;
    const ip = this.senderAddress(envelope);
    if (ip === undefined && headerValues(mail, 'dkim-signature').length === 0)
      return { verdict: 'none', detail: 'It is not signed, and nothing is known of where it comes from' };
    return this.ask(raw, sender, { ip, sender: envelope.mailFrom ?? undefined });
  }

  private async ask(raw: Buffer, sender: string, from: { ip?: string; sender?: string }): Promise<Authentication> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), DEADLINE_MS);
    const ended = new Promise<never>((_resolve, reject) =>
      deadline.signal.addEventListener('abort', () => reject(new Error('it took too long'))),
    );
    const resolver = (name: string, type: string) => this.lookUp(name, type);
    const options = { ...from, resolver, disableArc: true, disableBimi: true, minBitLength: 1024, mta: 'polydesk' };
    try {
      return judge(await Promise.race([authenticate(raw, options), ended]), sender);
    } catch (error) {
      return { verdict: 'none', detail: `It could not be checked: ${error instanceof Error ? error.message : 'no answer'}` };
    } finally {
      clearTimeout(timer);
    }
  }

  private async lookUp(name: string, type: string): Promise<string[] | string[][]> {
    if (type === 'TXT') return this.resolver.resolveTxt(name);
    return (await this.resolver.resolve(name, type)) as string[];
  }

  // Anybody can write such a header, and only a server that stands before the desk takes false ones out.
  private isBelieved({ door, remoteAddress }: InboundEnvelope): boolean {
    return door !== 'smtp' || (remoteAddress !== null && isWithin(remoteAddress, this.env.INBOUND_TRUSTED_RELAYS));
  }

  /** The address that SPF is about: not that of a server of our own, nor one that no policy can name. */
  private senderAddress({ remoteAddress }: InboundEnvelope): string | undefined {
    if (remoteAddress === null || !ipaddr.isValid(remoteAddress)) return undefined;
    const address = ipaddr.process(remoteAddress);
    const isOurs = isWithin(remoteAddress, this.env.INBOUND_TRUSTED_RELAYS);
    return address.range() === 'unicast' && !isOurs ? address.toString() : undefined;
  }
}

function isWithin(address: string, ranges: string[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return ranges.some((range) => {
    const [base, bits] = ipaddr.parseCIDR(range);
    return base.kind() === parsed.kind() && parsed.match(base, bits);
  });
}

function byHeader(mail: Mail, domain: string, authservIds: string[]): Authentication | null {
  // The topmost only: the server that we believe has written above everything that came.
  for (const value of headerValues(mail, 'authentication-results')) {
    const findings = readFindings(value, authservIds);
    if (findings) {
      const verdict = judgeFindings(findings, domain);
      return { verdict, detail: `Authentication-Results of ${value.split(';', 1)[0]?.trim() ?? ''}` };
    }
  }
  return null;
}

function judge({ dkim, dmarc }: AuthenticateResult, sender: string): Authentication {
  const named = dkim.headerFrom.map((address) => address.toLowerCase());
  if (named.length !== 1 || named[0] !== sender) return { verdict: 'none', detail: 'Readers may differ in whom it names' };
  // Whoever signs only the beginning lets others write the rest.
  const signer = dkim.results.find(({ status }) => status.result === 'pass' && status.aligned && !status.underSized);
  if (signer) return { verdict: 'pass', detail: `DKIM signature of ${signer.signingDomain}` };
  if (dmarc && dmarc.status.result === 'pass' && dmarc.alignment.spf.result)
    return { verdict: 'pass', detail: `DMARC by SPF of ${dmarc.alignment.spf.result}` };
  if (dmarc && dmarc.status.result === 'fail' && ['reject', 'quarantine'].includes(dmarc.policy))
    return { verdict: 'fail', detail: `${domainOf(sender)} asks by DMARC to ${dmarc.policy} what does not prove itself` };
  return { verdict: 'none', detail: 'Neither DKIM nor SPF proves its writer' };
}

export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase();
}
