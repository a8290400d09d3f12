/** Seconds from one attempt of a mail to the next, each give or take `jitter`. With the first there are ten attempts over two days. */
export const MAIL_RETRIES = {
  afterSeconds: [60, 300, 900, 3_600, 7_200, 14_400, 28_800, 43_200, 72_000],
  jitter: 0.2,
} as const;

/** Seconds until the next attempt of a mail that has failed so often before. */
export function mailDelayAfter(failures: number, random: number): number {
  const { afterSeconds, jitter } = MAIL_RETRIES;
  return (afterSeconds[failures] ?? 0) * (1 + jitter * (2 * random - 1));
}
