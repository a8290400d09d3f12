/** What the file operation answers, or null when there is no such file. */
export async function unlessMissing<Result>(operation: Promise<Result>): Promise<Result | null> {
  try {
    return await operation;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * The system's or Postgres' code for what went wrong, or null. Not by `instanceof Error`: under a test runner's virtual
 * machine the errors of Node itself are instances of another class.
 */
export function codeOf(error: unknown): string | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}
