import pg from 'pg';
import { QueryFailedError } from 'typeorm';
import { Conflict, Invalid, Taken } from '../errors/app-errors.js';

/** What a broken constraint means to the caller; every unique key and every check that input can break stands here. */
const CONSTRAINTS: Record<string, () => Error> = {
  users_email_key: () => new Taken('email'),
  companies_subdomain_key: () => Invalid.field('subdomain', 'has already been taken'),
  labels_name_key: () => Invalid.field('name', 'has already been taken'),
  labels_name_reserved: () => Invalid.field('name', 'is reserved for a label that every desk has'),
  labels_name_comma: () => Invalid.field('name', 'must not hold a comma, which stands between labels'),
  labels_color_check: () => Invalid.field('color', 'must be a colour such as #ff0000'),
  teams_name_key: () => Invalid.field('name', 'has already been taken'),
  forwarding_addresses_email_key: () => Invalid.field('email', 'has already been taken'),
  email_suppressions_address_key: () => Invalid.field('email', 'is suppressed already'),
  custom_fields_name_key: () => Invalid.field('name', 'has already been taken'),
  categories_name_key: () => Invalid.field('name', 'has already been taken'),
  filters_rule_fkey: () => new Conflict('The rule is used by a filter'),
  filters_consequence_fkey: () => new Conflict('The consequence is used by a filter'),
  ticket_merges_company_id_stub_id_fkey: () => new Conflict('The note tells of a merge and stays with it'),
  web_hook_replays_open_key: () => new Conflict('A replay of this webhook is under way'),
};

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';

// Two events of one ticket at once, recorded by somebody who does not hold the ticket.
const RACES = new Set(['events_ticket_sequence_key']);

/** True when the whole transaction may simply run again. */
export function isRetryable(error: unknown): boolean {
  const { code, constraint = '' } = pgError(error);
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED || RACES.has(constraint);
}

/** The application error that a constraint stands for, or the error itself. */
export function translatePgError(error: unknown): unknown {
  const { constraint } = pgError(error);
  const translate = constraint === undefined ? undefined : CONSTRAINTS[constraint];
  return translate ? translate() : error;
}

function pgError(error: unknown): { code?: string; constraint?: string } {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return cause instanceof pg.DatabaseError ? cause : {};
}
