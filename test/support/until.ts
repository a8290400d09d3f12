const DEADLINE_MS = 40_000;

/** Asks again until the condition holds; throws when it still does not after forty seconds, or the time given. */
export async function until(
  condition: () => Promise<boolean> | boolean,
  what = 'the condition',
  deadlineMs = DEADLINE_MS,
): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`${what} did not come true`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
