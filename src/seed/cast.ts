import type { Client } from 'pg';
import { rosterOf, type CustomerRoster } from './customers.js';
import { ensureLabels, ensureStaff, ensureTeams, type Agent, type Team } from './house.js';
import type { SeedOptions } from './options.js';

const DAY = 24 * 3600 * 1000;
const HISTORY_DAYS = 730;

/** The desk's history in milliseconds: it begins at 0 and ends now. Counted so, it is the same whenever it is made. */
export interface Span {
  end: number;
  /** The moment at which it begins. */
  start: number;
}

/** Everybody and everything that tickets refer to. */
export interface Cast {
  companyId: number;
  span: Span;
  agents: Agent[];
  collaborators: Agent[];
  teams: Team[];
  labels: number[];
  customers: CustomerRoster;
  /** The address to which customers write, and the host name of the web form. */
  supportAddress: string;
  webHost: string;
}

export interface Place {
  companyId: number;
  subdomain: string;
  webHost: string;
}

/** Finds or makes the people, groups, teams and labels of a company; who is there already keeps what he has. */
export async function castOf(client: Client, place: Place, options: SeedOptions, now: number): Promise<Cast> {
  const { companyId, subdomain, webHost } = place;
  const span = { start: now - HISTORY_DAYS * DAY, end: HISTORY_DAYS * DAY };
  const house = { client, companyId, domain: `${subdomain}.example`, hiredAt: new Date(span.start), seed: options.seed };
  const { agents, collaborators } = await ensureStaff(house, options.agents);
  const teams = await ensureTeams(house, agents);
  const labels = await ensureLabels(house, options.labels);
  const customers = await rosterOf(house, options.customers);
  return { companyId, span, agents, collaborators, teams, labels, customers, supportAddress: `support@${house.domain}`, webHost };
}
