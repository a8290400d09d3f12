import { Inject, Injectable } from '@nestjs/common';
import { isIP } from 'node:net';
import { ENV, type Env } from '../../config/env.js';
import { Seal } from '../../platform/crypto/seal.js';
import { AddressPolicy } from '../../platform/outbound-http/address-policy.js';
import { checkedAddresses, type AddressLookup } from '../../platform/outbound-http/guarded-connector.js';
import { OutboundFailure } from '../../platform/outbound-http/outbound-failure.js';
import { ADDRESS_LOOKUP } from '../../platform/outbound-http/outbound-http.js';
import type { ImapSecurity } from './imap-mailbox.view.js';

/** Where IMAP servers listen: a scan of other ports by way of our mailboxes would learn nothing. */
const IMAP_PORTS = [143, 993];
const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;

/** Which IMAP servers may be asked, and the passwords for them. */
@Injectable()
export class ImapServers {
  private readonly policy: AddressPolicy;
  private readonly seal: Seal;

  constructor(
    @Inject(ENV) env: Env,
    @Inject(ADDRESS_LOOKUP) private readonly lookUp: AddressLookup,
  ) {
    this.policy = new AddressPolicy(env.WEBHOOK_ALLOWED_CIDRS, IMAP_PORTS);
    this.seal = new Seal(env.APP_SECRET ?? '', 'imap mailboxes');
  }

  /** What is wrong with a server as far as that can be known without the network, in the words of a field's error; null when nothing is. */
  refusalOf(host: string, port: number): string | null {
    if (isIP(host) === 0 && !HOST.test(host)) return 'must be the name or the address of a server';
    const refusal = isIP(host) > 0 ? this.policy.refusalOf(host, port) : this.policy.refusalOfPort(port);
    return refusal === null ? null : `must not lead to ${refusal}`;
  }

  /** The address to dial for a server. Throws `OutboundFailure` when there is none, or none that may be dialled. */
  async addressOf(host: string, port: number, security: ImapSecurity): Promise<string> {
    const address = isIP(host) > 0 ? this.literal(host, port) : await this.named(host, port);
    // In the open, passwords are worth more than convenience.
    if (security === 'none' && !this.policy.isOpened(address))
      throw new OutboundFailure('refused', 'Without encryption only servers of networks that the operator has opened are asked');
    return address;
  }

  closePassword(companyId: number, password: string): Buffer {
    return this.seal.close(password, placeOf(companyId));
  }

  /** Throws when it was sealed under another APP_SECRET. */
  openPassword(companyId: number, sealed: Buffer): string {
    const password = this.seal.open(sealed, placeOf(companyId));
    if (password === null) throw new OutboundFailure('refused', 'The password was sealed under another APP_SECRET: set it again');
    return password;
  }

  private literal(host: string, port: number): string {
    const refusal = this.policy.refusalOf(host, port);
    if (refusal !== null) throw new OutboundFailure('refused', `The server lies at ${refusal}`);
    return host;
  }

  private async named(host: string, port: number): Promise<string> {
    const [{ address }] = await checkedAddresses(this.policy, this.lookUp, host, port);
    return address;
  }
}

const placeOf = (companyId: number) => `imap mailbox of company ${companyId}`;
