import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { rows } from '../../platform/database/database.js';
import { Invalid } from '../../platform/errors/app-errors.js';
import type { ImapSecurity } from './imap-mailbox.view.js';
import { ImapServers } from './imap-servers.js';

/** Where the mail of an address is to be fetched; what is undefined stays. */
export interface ImapChange {
  host?: string;
  port?: number;
  security?: ImapSecurity;
  login?: string;
  password?: string;
  folder?: string;
  enabled?: boolean;
  /** Whether mail that is there already is fetched too. */
  fetchAll?: boolean;
}

interface Settings {
  host: string;
  port: number;
  security: ImapSecurity;
  login: string;
  password: Buffer;
  folder: string;
  isEnabled: boolean;
  fetchesAll: boolean;
}

const HOLD = `select host, port, security, login, password, folder, is_enabled as "isEnabled", begins_at is null as "fetchesAll" from imap_mailboxes
  where company_id = $1 and forwarding_address_id = $2 for update`;

// In another mailbox the numbers of mails mean other mails.
const PUT = `
  insert into imap_mailboxes as m (company_id, forwarding_address_id, host, port, security, login, password, folder, is_enabled, begins_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, case when $10 then null else now() end)
  on conflict (company_id, forwarding_address_id) do update set host = excluded.host, port = excluded.port, security = excluded.security,
    login = excluded.login, password = excluded.password, folder = excluded.folder, is_enabled = excluded.is_enabled,
    begins_at = case when $11 then excluded.begins_at else m.begins_at end,
    uid_validity = case when $11 then null else m.uid_validity end, last_uid = case when $11 then 0 else m.last_uid end,
    settings_version = m.settings_version + 1, error = null, updated_at = now()`;

/** From which mailboxes the mail of forwarding addresses is fetched. */
@Injectable()
export class ImapSettings {
  constructor(private readonly servers: ImapServers) {}

  /**
   * Changes what is given, or sets all of it up; mail of another mailbox is fetched from its beginning or from now on, as `fetchAll` says. Throws
   * `Invalid` for a server that must not be asked, and for one about which something is missing.
   */
  async change(em: EntityManager, companyId: number, forwardingAddressId: number, change: ImapChange): Promise<void> {
    const [known] = await rows<Settings>(em, HOLD, [companyId, forwardingAddressId]);
    const { host, port, security, login, folder, isEnabled } = this.merged(known, change);
    const password = change.password === undefined ? known?.password : this.servers.closePassword(companyId, change.password);
    if (password === undefined) throw missing('password');
    const refusal = this.servers.refusalOf(host, port);
    if (refusal !== null) throw Invalid.field('imap.host', refusal);
    const isMoved = known?.host !== host || known.login !== login || known.folder !== folder;
    const startsAnew = isMoved || (change.fetchAll === true && !known.fetchesAll);
    const values = [companyId, forwardingAddressId, host, port, security, login, password, folder, isEnabled];
    await rows(em, PUT, [...values, change.fetchAll ?? false, startsAnew]);
  }

  private merged(known: Settings | undefined, change: ImapChange): Omit<Settings, 'password' | 'fetchesAll'> {
    const security = change.security ?? known?.security ?? 'tls';
    const host = change.host ?? known?.host;
    const login = change.login ?? known?.login;
    if (host === undefined) throw missing('host');
    if (login === undefined) throw missing('login');
    return {
      host,
      login,
      security,
      port: change.port ?? known?.port ?? (security === 'tls' ? 993 : 143),
      folder: change.folder ?? known?.folder ?? 'INBOX',
      isEnabled: change.enabled ?? known?.isEnabled ?? true,
    };
  }
}

const missing = (field: string) => Invalid.field(`imap.${field}`, "can't be blank");
