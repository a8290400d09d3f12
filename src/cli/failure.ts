import { BadEnvironment } from '../config/env.js';
import { AppError } from '../platform/errors/app-errors.js';

/** What stops a command on purpose: its message is for the operator as it stands. */
export class Failure extends Error {}

/** The line that tells an operator what went wrong, without the stack that only developers read. */
export function explain(error: unknown): string {
  if (error instanceof BadEnvironment) return error.message;
  const text = reasonOf(error);
  return error instanceof AppError ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
}

/** The message of an error on one line; of several attempts at once, that of the first. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
