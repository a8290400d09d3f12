import { Inject, Injectable } from '@nestjs/common';
import { isIP } from 'node:net';
import { ENV, publicUrl, type Env } from '../config/env.js';
import { Database, only } from '../platform/database/database.js';
import { NotFound } from '../platform/errors/app-errors.js';
import type { Visitor } from './actor.js';

interface CompanyRow {
  id: number;
  subdomain: string;
  name: string;
}

/** The first label of a host name, which may be a company's subdomain; null for addresses. */
export function hostLabel(host: string | undefined): string | null {
  const name = (host ?? '').replace(/:\d+$/, '').toLowerCase();
  if (name === '' || name.startsWith('[') || isIP(name)) return null;
  return name.split('.')[0] ?? null;
}

const BY_HOST_OR_ONLY = `
  select id, subdomain, name from companies
  where subdomain = $1 or subdomain = $2 or (select count(*) from (select 1 from companies limit 2) few) = 1
  order by (subdomain = $1) desc nulls last, (subdomain = $2) desc limit 1`;

@Injectable()
export class Companies {
  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly db: Database,
  ) {}

  /** Whose desk a call without a token means: the host's company, else the bootstrap company, else the only one. Throws `NotFound`. */
  async visitorAt(host: string | undefined): Promise<Visitor> {
    const label = hostLabel(host);
    const [company] = await this.db.prepared<CompanyRow>('company-by-host', BY_HOST_OR_ONLY, [label, this.env.BOOTSTRAP_COMPANY]);
    if (!company) throw new NotFound('Company', label ?? 'unknown');
    return {
      companyId: company.id,
      company: { subdomain: company.subdomain, name: company.name },
      baseUrl: publicUrl(this.env, company.subdomain),
      userId: null,
      role: 'anonymous',
      scopes: [],
    };
  }

  /** How many tickets a minute may be opened with one token. */
  async ticketCreationsPerMinute(companyId: number): Promise<number> {
    const sql = 'select ticket_creations_per_minute as "limit" from companies where id = $1';
    return only(await this.db.prepared<{ limit: number }>('ticket-creations', sql, [companyId])).limit;
  }
}
