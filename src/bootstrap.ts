import { issueToken } from './access/api-tokens.service.js';
import { publicUrl, type Env } from './config/env.js';
import { only, rows, type Database } from './platform/database/database.js';
import { createCompany, createStaff, OPERATOR } from './users/companies.js';

// Any constant does, as long as every desk takes the same one.
const BOOTSTRAP_LOCK = 7_305_221_906;

export interface FirstAdmin {
  company: string;
  email: string;
  /** The secret; null when the operator chose it himself and need not be shown it. */
  token: string | null;
}

/** Makes the first company, its admin and his token when there is no company at all; null when there is one. Safe when several processes start at once. */
export async function bootstrap(db: Database, env: Env): Promise<FirstAdmin | null> {
  return db.tx(async (em) => {
    await rows(em, 'select pg_advisory_xact_lock($1)', [BOOTSTRAP_LOCK]);
    const { found } = only(await rows<{ found: boolean }>(em, 'select exists (select 1 from companies) as found'));
    if (found) return null;
    const { BOOTSTRAP_COMPANY: subdomain, BOOTSTRAP_ADMIN_EMAIL: email, BOOTSTRAP_ADMIN_TOKEN: chosen } = env;
    const companyId = await createCompany(em, { subdomain, name: subdomain.charAt(0).toUpperCase() + subdomain.slice(1) });
    const userId = await createStaff(em, companyId, publicUrl(env, subdomain), { email, name: 'Admin', role: 'admin' });
    const { token } = await issueToken(em, companyId, OPERATOR, { userId, name: 'first token' }, chosen);
    return { company: subdomain, email, token: chosen === undefined ? token : null };
  });
}
