import type { OpenAPIObject } from '@nestjs/swagger';
import { documentIdempotency, documentRateLimits, SHARED_HEADERS } from './openapi-limits.js';

type Json = Record<string, unknown>;

interface Operation extends Json {
  summary?: string;
  description?: string;
  security?: Json[];
  parameters?: Json[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, Json>;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const failure = (description: string, schema: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
});

// Any route may meet these before its own code runs, or because of a fault.
const GENERAL_ANSWERS = {
  400: failure('The input could not be read or breaks a rule; nothing was changed.', 'ValidationFailureView'),
  500: failure('An unexpected fault; the log tells its cause under this request id.', 'UnexpectedFailureView'),
};
const BODY_ANSWERS = { 413: failure('The body or file is too large.', 'FailureView') };

const REQUEST_ID = { description: 'The id of this request, also in the log.', schema: { type: 'string' } };

/** Adds what holds for every route, and puts everything into a stable order, so that the committed file changes only with the routes. */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  for (const path of Object.values(document.paths) as Record<string, Operation>[]) {
    for (const method of METHODS) {
      const operation = path[method];
      if (operation) completeOperation(method, operation);
    }
  }
  wholeNumbers(document);
  return {
    ...document,
    paths: sorted(document.paths),
    components: { ...document.components, headers: SHARED_HEADERS, schemas: sorted(document.components?.schemas ?? {}) },
  };
}

// Every number of the desk is a whole one, which TypeScript's types cannot say.
function wholeNumbers(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  const schema = node as Json;
  if (schema['type'] === 'number') schema['type'] = 'integer';
  if (Array.isArray(schema['type']))
    schema['type'] = schema['type'].map((type: unknown) => (type === 'number' ? 'integer' : type));
  Object.values(schema).forEach(wholeNumbers);
}

function completeOperation(method: string, operation: Operation): void {
  if (operation.security?.length === 1 && Object.keys(operation.security[0] ?? {}).length === 0) operation.security = [];
  operation.description ??= operation.summary;
  operation.responses = { ...GENERAL_ANSWERS, ...(operation.requestBody && BODY_ANSWERS), ...operation.responses };
  documentRateLimits(operation);
  documentIdempotency(method, operation);
  for (const response of Object.values(operation.responses)) {
    response['headers'] = { ...(response['headers'] as Json | undefined), 'X-Request-Id': REQUEST_ID };
  }
  const content = operation.requestBody?.content;
  // Every body that may be JSON may be a form too.
  if (content?.['application/json']) content['application/x-www-form-urlencoded'] ??= content['application/json'];
  if (content?.['message/rfc822']) content['message/rfc822'] = { schema: { type: 'string', format: 'binary' } };
}

function sorted<Value>(record: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

// @nestjs/swagger does not export its name for it.
const DOCUMENTED_FIELDS = 'swagger/apiModelPropertiesArray';

/** The fields that a view documents. */
export function fieldNames(view: new () => object): string[] {
  const documented = Reflect.getMetadata(DOCUMENTED_FIELDS, view.prototype as object) as string[];
  return documented.map((name) => name.replace(/^:/, ''));
}
