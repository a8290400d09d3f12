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
