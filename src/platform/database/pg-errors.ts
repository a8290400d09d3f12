import { QueryFailedError } from 'typeorm';
import { Invalid } from '../errors/app-errors.js';

/** What a broken constraint means to the caller; every unique key that input can break stands here. */
const CONSTRAINTS: Record<string, () => Error> = {
  users_email_key: () => Invalid.field('email', 'has already been taken'),
  companies_subdomain_key: () => Invalid.field('subdomain', 'has already been taken'),
};

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';

/** True when the whole transaction may simply run again. */
export function isRetryable(error: unknown): boolean {
  const { code } = pgError(error);
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED;
}

/** The application error that a constraint stands for, or the error itself. */
export function translatePgError(error: unknown): unknown {
  const { constraint } = pgError(error);
  const translate = constraint === undefined ? undefined : CONSTRAINTS[constraint];
  return translate ? translate() : error;
}

function pgError(error: unknown): { code?: string; constraint?: string } {
  return error instanceof QueryFailedError ? (error.driverError as { code?: string; constraint?: string }) : {};
}
