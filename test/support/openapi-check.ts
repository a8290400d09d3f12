import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Schema {
  [key: string]: unknown;
  properties?: Record<string, Schema>;
}
interface Operation {
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

export const openapi = JSON.parse(readFileSync(join(process.cwd(), 'openapi/openapi.json'), 'utf8')) as Document;

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: 'desk', components: { schemas: closed(openapi.components.schemas) } });

/** The same schemas, but a field that they do not name is an error: the document must tell everything. */
function closed(schemas: Record<string, Schema>): Record<string, Schema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, close(schema)]));
}

function close(schema: Schema): Schema {
  const isOpen = schema['additionalProperties'] !== undefined || !schema.properties || schema['allOf'] !== undefined;
  return isOpen ? schema : { ...schema, additionalProperties: false };
}

const routes = Object.entries(openapi.paths).map(([path, methods]) => ({
  path,
  methods,
  pattern: new RegExp(`^${path.replace(/\./g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`),
  params: (path.match(/\{/g) ?? []).length,
}));
routes.sort((a, b) => a.params - b.params);

const validators = new Map<Schema, ValidateFunction>();

/** Throws when the document does not know this answer. Paths that are no route of the document must be answered 404. */
export function checkAnswer(
  method: string,
  path: string,
  answer: { status: number; body: unknown; text: string; headers: Record<string, string> },
): void {
  const where = `${method.toUpperCase()} ${path} → ${answer.status}`;
  const operation = operationOf(method, path);
  if (!operation) {
    if (answer.status !== 404) throw new Error(`${where}: the document has no such route`);
    return;
  }
  if (answer.status === 304) return;
  const documented = operation.responses[String(answer.status)];
  if (!documented) throw new Error(`${where}: the document has no such answer: ${answer.text.slice(0, 300)}`);
  const type = (answer.headers['content-type'] ?? '').split(';')[0] ?? '';
  if (!documented.content) {
    if (answer.text && answer.text !== '') throw new Error(`${where}: the document says that the body is empty`);
    return;
  }
  const content = documented.content[type] ?? documented.content['*/*'];
  if (!content) throw new Error(`${where}: the document does not name the type ${type}`);
  if (content.schema && /json/.test(type)) validate(where, content.schema, answer.body);
}

function operationOf(method: string, path: string): Operation | undefined {
  const plain = (path.split('?')[0] ?? '').replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
  const bare = plain === '/openapi.json' ? plain : plain.replace(/\.json$/, '');
  return routes.find(({ pattern, methods }) => pattern.test(bare) && methods[method])?.methods[method];
}

function validate(where: string, schema: Schema, body: unknown): void {
  let validator = validators.get(schema);
  if (!validator) {
    const absolute = JSON.parse(JSON.stringify(close(schema)).replaceAll('"#/components/', '"desk#/components/')) as Schema;
    validator = ajv.compile(absolute);
    validators.set(schema, validator);
  }
  if (!validator(body)) throw new Error(`${where}: the answer breaks the document: ${ajv.errorsText(validator.errors)}`);
}
