import type { LoggedEvent } from '../../platform/events/logged-event.js';
import { matchesPattern } from '../../platform/events/patterns.js';

/** True when one of the patterns means one of the names. A test is for whoever is tested, whatever else he wants to hear. */
export function isNamed(patterns: string[], event: LoggedEvent, names: readonly string[]): boolean {
  if (event.type === 'web_hook.tested') return true;
  return patterns.some((pattern) => names.some((name) => matchesPattern(pattern, name)));
}

/** What is wrong with a pattern that means none of the names; null when it means one. */
export function problemAmong(pattern: string, names: readonly string[]): string | null {
  if (names.some((name) => matchesPattern(pattern, name))) return null;
  return `"${pattern}" ${pattern.includes('*') ? 'matches no event' : 'is not an event'}`;
}
