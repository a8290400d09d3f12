import type { TestDesk } from './desk.js';

/**
 * Waits until the log shows what has happened so far. It withholds events while any transaction of the whole cluster that is older
 * than theirs is open, also one of a suite that runs beside this one.
 */
export async function untilLogged({ db }: TestDesk): Promise<void> {
  const sql = 'select count(*) as hidden from events where tx >= pg_snapshot_xmin(pg_current_snapshot())';
  for (;;) {
    const [row] = await db.query<{ hidden: number }>(sql);
    if (row?.hidden === 0) return;
  }
}

interface PlantedEvent {
  type: string;
  companyId?: number;
  actorId?: number;
  ticketId?: number;
  at?: string;
  data?: object;
  /** How many of them. */
  count?: number;
}

/** Writes events into the log of acme by hand, one transaction each call. */
export async function plantEvents(desk: TestDesk, event: PlantedEvent): Promise<void> {
  const { type, companyId = desk.acme.id, actorId = null, ticketId = null, at = 'now', data = {}, count = 1 } = event;
  const sql = `
    insert into events (company_id, type, actor, ticket_id, ticket_sequence, created_at, data)
    select $1, $2, jsonb_build_object('id', $3::bigint, 'role', 'agent'), $4::bigint,
      case when $4::bigint is not null then n + (select coalesce(max(ticket_sequence), 0) from events where company_id = $1 and ticket_id = $4) end,
      $5::timestamptz, $6 from generate_series(1, $7) n order by n`;
  await desk.db.query(sql, [companyId, type, actorId, ticketId, at, data, count]);
}
