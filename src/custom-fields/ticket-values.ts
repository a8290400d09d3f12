import type { EntityManager } from 'typeorm';
import { rows } from '../platform/database/database.js';
import { Invalid, type FieldErrors } from '../platform/errors/app-errors.js';
import { toBoolean } from '../platform/http/coerce.js';
import { parseTime } from '../platform/http/dates.js';
import type { FieldType } from './custom-field.entity.js';

interface Definition {
  id: number;
  type: FieldType;
  required: boolean;
  values: string[];
}

const MOST_CHARACTERS = 10_000;

const DEFINITIONS = `select id, type, required, possible_values as values from custom_fields where company_id = $1 order by position, id for key share`;

const WRITE = `
  insert into ticket_custom_fields (company_id, ticket_id, custom_field_id, value)
  select $1, $2, given.id, given.value from unnest($3::bigint[], $4::text[]) as given (id, value)`;

/**
 * Fills in the custom fields of a new ticket, given by their ids; ids that are none are ignored. Throws `Invalid`, with the keys
 * `custom_fields.ID`, when a required one is blank or a value does not fit the type of its field.
 */
export async function fillCustomFields(
  em: EntityManager,
  companyId: number,
  ticketId: number,
  given: Record<string, string>,
): Promise<void> {
  const definitions = await rows<Definition>(em, DEFINITIONS, [companyId]);
  const problems: FieldErrors = {};
  const filled: { id: number; value: string }[] = [];
  for (const definition of definitions) {
    const value = (given[definition.id] ?? '').trim();
    const problem = problemOf(definition, value);
    if (problem !== null) problems[`custom_fields.${definition.id}`] = [problem];
    else if (value !== '') filled.push({ id: definition.id, value });
  }
  if (Object.keys(problems).length > 0) throw new Invalid(problems);
  if (filled.length === 0) return;
  await rows(em, WRITE, [companyId, ticketId, filled.map(({ id }) => id), filled.map(({ value }) => value)]);
}

function problemOf({ type, required, values }: Definition, value: string): string | null {
  if (value === '') return required ? "can't be blank" : null;
  if (value.length > MOST_CHARACTERS) return `must have at most ${MOST_CHARACTERS} characters`;
  if (type === 'number' && !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(value)) return 'must be a number';
  if (type === 'date' && parseTime(value) === null) return 'must be a date';
  if (type === 'select' && !values.includes(value)) return `must be one of ${values.join(', ')}`;
  if (type !== 'checkbox') return null;
  const isTicked = toBoolean(value);
  if (typeof isTicked !== 'boolean') return 'must be ticked or not';
  // A box that must be ticked is blank while it is not.
  return required && !isTicked ? "can't be blank" : null;
}
