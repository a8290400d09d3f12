/** A time as the older dialects write it: `2024-06-01 12:00:00`, UTC. */
export function plainTimeSql(column: string): string {
  return `to_char(${column} at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS')`;
}
