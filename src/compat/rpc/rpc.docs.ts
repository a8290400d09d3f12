import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiResponse, type ApiResponseSchemaHost } from '@nestjs/swagger';
import type { RpcFunction } from './function.js';
import { FUNCTIONS } from './table.js';

type SchemaObject = ApiResponseSchemaHost['schema'] & object;

function inputOf(name: string, { args }: RpcFunction): SchemaObject {
  const fields = Object.entries(args).map(([argument, { schema }]): [string, SchemaObject] => [argument, schema]);
  const needed = Object.entries(args).filter(([, { isRequired }]) => isRequired);
  return {
    type: 'object',
    title: name,
    properties: {
      function: { type: 'string', enum: [name] },
      token: { type: 'string', description: 'The API token of an admin, unless the Authorization header has it.' },
      ...Object.fromEntries(fields),
    },
    required: ['function', ...needed.map(([argument]) => argument)],
  };
}

const SUCCESS: SchemaObject = {
  type: 'object',
  properties: { success: { type: 'boolean', enum: [true] }, response: {} },
  required: ['success', 'response'],
  additionalProperties: true,
};

const FAILURE: SchemaObject = {
  type: 'object',
  properties: {
    success: { type: 'boolean', enum: [false] },
    response: { type: 'string', description: 'A word.' },
    message: { type: 'string', description: 'What it means here, for people.' },
    request_id: { type: 'string' },
  },
  required: ['success', 'response'],
  additionalProperties: false,
};

const BARE: SchemaObject[] = [
  { type: 'array', items: {} },
  { type: 'boolean' },
  { type: 'object', additionalProperties: true, not: { required: ['success'] } },
];

const bothTypes = (schema: SchemaObject) => ({ 'application/json': { schema }, 'text/plain': { schema } });

const FAILED = { 429: 'Too many requests.', 500: 'An unexpected fault.', 503: 'A part that the desk needs does not answer.' };

/** Documents the body: what else is in it is told by `function`. */
export function ApiRpcBody(): MethodDecorator {
  const inputs = Object.entries(FUNCTIONS).map(([name, row]) => inputOf(name, row));
  return ApiBody({ schema: { oneOf: inputs } });
}

/** Documents what all functions have in common. */
export function ApiRpcAnswer(): MethodDecorator {
  return applyDecorators(
    ApiResponse({
      status: 200,
      description: 'What the function answers; or a word, when `success` is false. With `envelope=0` some answers stand alone.',
      content: bothTypes({ anyOf: [SUCCESS, FAILURE, ...BARE] }),
    }),
    ...Object.entries(FAILED).map(([status, description]) =>
      ApiResponse({ status: Number(status), description, content: bothTypes(FAILURE) }),
    ),
  );
}
