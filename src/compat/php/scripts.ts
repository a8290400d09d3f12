import { MethodNotAllowedException } from '@nestjs/common';
import { Forbidden, Invalid, NotFound, Unauthenticated, type FieldErrors } from '../../platform/errors/app-errors.js';
import type { Dialect, ErrorAnswer } from '../../platform/http/dialect.js';
import { readPhpForm } from '../php-forms.js';

interface Rules {
  methods: readonly string[];
  /** What is answered when something that it needs is missing. */
  missing: string;
}

const READING = ['GET', 'HEAD', 'POST'] as const;
const WRITING = ['POST'] as const;

/** php-tickets.md section 1, and the two that real-servers.md section 3 adds. */
export const PHP_SCRIPTS = {
  tickets_create: { methods: WRITING, missing: 'Missing required fields' },
  tickets_list: { methods: READING, missing: 'Missing user_email' },
  ticket_view: { methods: READING, missing: 'Missing ticket_id or user_email' },
  ticket_reply: { methods: WRITING, missing: 'Missing required fields' },
  ticket_categories: { methods: READING, missing: '' },
  ticket_custom_fields: { methods: READING, missing: '' },
} as const satisfies Record<string, Rules>;

export type PhpScript = keyof typeof PHP_SCRIPTS;

/** Throws the refusal of a method that the script does not know. */
export function refuseMethod(script: PhpScript, method: string): void {
  const methods: readonly string[] = PHP_SCRIPTS[script].methods;
  if (!methods.includes(method)) throw new MethodNotAllowedException();
}

/**
 * Errors are `{"success": false, "error": text}`, and everything but a fault of ours goes out with 200, as from the original server; with
 * `isStrict` the status says what happened (php-tickets.md section 2).
 */
export function phpDialect(script: PhpScript, isStrict: boolean): Dialect {
  return {
    readForm: readPhpForm,
    presentError: (error, rest) => {
      const { status, ...answer } = presentPhpError(error, rest, PHP_SCRIPTS[script]);
      return { ...answer, status: isStrict || status >= 500 ? status : 200 };
    },
  };
}

function presentPhpError(error: unknown, rest: ErrorAnswer, { methods, missing }: Rules): ErrorAnswer {
  const { status, headers = {}, body } = rest;
  if (error instanceof Unauthenticated) return { ...failure(401, 'Unauthorized'), headers };
  if (error instanceof Forbidden) return failure(403, 'Unauthorized');
  if (error instanceof NotFound && error.noun === 'Ticket') return unknownTicket();
  if (error instanceof Invalid) return presentInvalid(error, missing);
  if (status === 405) return { ...failure(405, 'Method not allowed'), headers: { Allow: methods.join(', ') } };
  const { error: text = 'The request could not be carried out', ...beside } = body;
  return { status, headers, body: { success: false, error: text, ...beside } };
}

const BLANK = "can't be blank";
const FIELD_PREFIX = 'custom_fields.';

function presentInvalid({ fields, message }: Invalid, missing: string): ErrorAnswer {
  const names = Object.keys(fields);
  const custom = names.filter((name) => name.startsWith(FIELD_PREFIX));
  if (custom.length > 0) return presentCustomFields(fields, custom);
  if (missing !== '' && names.some((name) => fields[name]?.includes(BLANK))) return failure(400, missing);
  // What is no number is the number of no ticket.
  if (names.includes('ticket_id')) return unknownTicket();
  return failure(400, message);
}

function presentCustomFields(fields: FieldErrors, names: string[]): ErrorAnswer {
  const told = names.map((name) => ({ id: name.slice(FIELD_PREFIX.length), text: fields[name]?.[0] ?? BLANK }));
  const isAnyMissing = told.some(({ text }) => text === BLANK);
  const errors = told.map(({ id, text }) => [id, text === BLANK ? 'This field is required.' : `This field ${text}.`]);
  const { status, body } = failure(400, isAnyMissing ? 'Missing required custom fields' : 'Invalid custom fields');
  return { status, body: { ...body, custom_field_errors: Object.fromEntries(errors) as Record<string, string> } };
}

function unknownTicket(): ErrorAnswer {
  return failure(404, 'Ticket not found or no permission');
}

function failure(status: number, error: string): ErrorAnswer {
  return { status, body: { success: false, error } };
}
