/** How much one subject may have in a window of time. A window begins with the first permit that is taken from it. */
export interface RatePolicy {
  /** As the RateLimit headers call it. */
  name: string;
  quota: number;
  windowSeconds: number;
}

/** What a window has left for everybody. */
export interface WindowState {
  remaining: number;
  /** Until it ends. */
  resetMs: number;
}

export interface Grant extends WindowState {
  /** How many of the wanted permits were given; fewer only when the window has no more. */
  granted: number;
  /** Tells this window of the subject from the ones before and after it. */
  window: number;
  /** Puts the permits back for others, as long as the window lasts. */
  giveBack(): Promise<void>;
}

/**
 * Counts permits over all processes. Windows are fixed: inside one no more than the quota is ever given, and across the seam of two
 * at most twice the quota in a short time.
 */
export abstract class RateCounter {
  /** Takes up to `wanted` permits of `subject` (a token, an address) in one atomic step. */
  abstract take(policy: RatePolicy, subject: string, wanted: number): Promise<Grant>;
}
