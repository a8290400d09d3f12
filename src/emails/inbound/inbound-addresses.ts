import { Inject, Injectable } from '@nestjs/common';
import { ENV, type Env } from '../../config/env.js';
import { Database } from '../../platform/database/database.js';

/** A forwarding address to which mail may be delivered. */
interface KnownAddress {
  companyId: number;
  forwardingAddressId: number;
  hash: string;
}

/** The recipients of one company. */
export interface CompanyRecipients {
  companyId: number;
  /** The first that was named; a mail to several addresses of a company is one mail. */
  forwardingAddressId: number;
  rcptTo: string[];
}

// `<hash>@domain`, or `<hash>+<token>@domain` as in the answers to what the desk has sent.
const LOCAL_PART = /^([0-9a-f]{40})(?:\+[^@]*)?$/i;

const FIND = `select company_id as "companyId", id as "forwardingAddressId", forwarding_hash as hash from forwarding_addresses
  where forwarding_hash = any ($1) and deleted_at is null`;

/** To whom mail at the domain of the desk is. */
@Injectable()
export class InboundAddresses {
  private readonly domain: string;

  constructor(
    @Inject(ENV) env: Env,
    private readonly db: Database,
  ) {
    this.domain = env.INBOUND_MAIL_DOMAIN.toLowerCase();
  }

  /** Whether there is a forwarding address behind this one. */
  async isKnown(address: string): Promise<boolean> {
    return (await this.find([address])).length > 0;
  }

  /** Those recipients behind which there is a forwarding address, by company. */
  async byCompany(addresses: string[]): Promise<CompanyRecipients[]> {
    const known = new Map((await this.find(addresses)).map((address) => [address.hash, address]));
    const companies = new Map<number, CompanyRecipients>();
    for (const address of addresses) {
      const found = known.get(this.hashOf(address) ?? '');
      if (!found) continue;
      const { companyId, forwardingAddressId } = found;
      const company = companies.get(companyId) ?? { companyId, forwardingAddressId, rcptTo: [] };
      company.rcptTo.push(address);
      companies.set(companyId, company);
    }
    return [...companies.values()];
  }

  private async find(addresses: string[]): Promise<KnownAddress[]> {
    const hashes = addresses.map((address) => this.hashOf(address)).filter((hash) => hash !== null);
    return hashes.length === 0 ? [] : this.db.prepared<KnownAddress>('inbound-addresses', FIND, [hashes]);
  }

  private hashOf(address: string): string | null {
    const at = address.lastIndexOf('@');
    if (address.slice(at + 1).toLowerCase() !== this.domain) return null;
    return LOCAL_PART.exec(address.slice(0, at))?.[1]?.toLowerCase() ?? null;
  }
}
