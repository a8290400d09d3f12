import { openapi } from './openapi-check.js';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
export const METHODS: readonly Method[] = ['get', 'post', 'put', 'patch', 'delete'];

export interface Schema {
  $ref?: string;
  allOf?: Schema[];
  /** One that may be null is any of itself and null. */
  anyOf?: Schema[];
  type?: string | string[];
  format?: string;
  description?: string;
  example?: unknown;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description?: string;
  example?: unknown;
  schema: Schema;
}

export interface Answer {
  description: string;
  content?: Record<string, { schema?: Schema }>;
}

export interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, Answer>;
  security?: Record<string, string[]>[];
  'x-required-scope'?: string;
  'x-allowed-roles'?: string[];
  /** Left out where the route speaks REST. */
  'x-dialect'?: 'php' | 'rpc';
  /** The answer does not end by itself. */
  'x-streams'?: true;
}

/** An operation of the document with what tests ask about it again and again. */
export interface Route extends Operation {
  method: Method;
  path: string;
  /** `GET /tickets/{ticket_id}`, for the titles of tests. */
  title: string;
  /** Names in the path, in their order. */
  names: string[];
  /** Those among them that are ids. */
  numbers: string[];
  query: Parameter[];
  /** The name under which the body's object may be wrapped, and the schema of that object; undefined for routes without such a body. */
  body?: { key: string; dto: string };
  takesFiles: boolean;
  /** `none`: anybody, no token is looked at; `optional`: a wrong one is refused; `needed`. */
  token: 'none' | 'optional' | 'needed';
  answersJson: boolean;
}

interface Document {
  paths: Record<string, Partial<Record<Method, Operation>>>;
  components: { schemas: Record<string, Schema>; securitySchemes: Record<string, unknown> };
  tags: { name: string; description: string }[];
}

export const contract = openapi as unknown as Document;

const everyRoute: Route[] = Object.entries(contract.paths).flatMap(([path, operations]) =>
  METHODS.flatMap((method) => {
    const operation = operations[method];
    return operation ? [routeOf(method, path, operation)] : [];
  }),
);

/** The routes of REST, whose forms and errors are all alike. */
export const routes = everyRoute.filter((route) => route['x-dialect'] === undefined);

/** Those of the older dialects, which have suites of their own. */
export const legacyRoutes = everyRoute.filter((route) => route['x-dialect'] !== undefined);

export function schemaNamed(name: string): Schema {
  const schema = contract.components.schemas[name];
  if (!schema) throw new Error(`the document has no schema ${name}`);
  return schema;
}

/** The name of the schema that this one stands for, directly or as its only part. */
export function refOf({ $ref, allOf, anyOf }: Schema): string | undefined {
  const ref = $ref ?? (allOf ?? anyOf)?.[0]?.$ref;
  return ref?.replace('#/components/schemas/', '');
}

function routeOf(method: Method, path: string, operation: Operation): Route {
  const content = operation.requestBody?.content ?? {};
  const schemes = operation.security ?? [];
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
  const isOpen = schemes.some((scheme) => Object.keys(scheme).length === 0);
  return {
    ...operation,
    method,
    path,
    title: `${method.toUpperCase()} ${path}`,
    names: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''),
    numbers: parameters.filter(({ name, schema }) => schema.type === 'integer' && name.endsWith('_id')).map(({ name }) => name),
    query: (operation.parameters ?? []).filter((parameter) => parameter.in === 'query'),
    body: bodyOf(content['application/json']?.schema),
    takesFiles: content['multipart/form-data'] !== undefined,
    token: schemes.length === 0 ? 'none' : isOpen ? 'optional' : 'needed',
    answersJson: operation.responses['200']?.content?.['application/json'] !== undefined,
  };
}

function bodyOf(schema: Schema | undefined): Route['body'] {
  const [key, inner] = Object.entries(schema?.properties ?? {})[0] ?? [];
  const dto = inner && refOf(inner);
  return key !== undefined && dto !== undefined ? { key, dto } : undefined;
}
