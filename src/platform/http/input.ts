import {
  applyDecorators,
  createParamDecorator,
  Injectable,
  Param,
  Query,
  type ArgumentMetadata,
  type ExecutionContext,
  type PipeTransform,
} from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiParam, getSchemaPath } from '@nestjs/swagger';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import { Invalid, NotFound, type FieldErrors } from '../errors/app-errors.js';
import { READ_OPTIONS } from './fields.js';

type Dto = new () => object;

/** Reads an input into its class and checks it. Unknown fields are dropped; throws `Invalid` with every broken rule. */
@Injectable()
export class InputPipe implements PipeTransform {
  async transform(value: unknown, { metatype }: ArgumentMetadata): Promise<object> {
    return readInput(metatype as Dto, value);
  }
}

export async function readInput<Result extends object>(type: new () => Result, value: unknown): Promise<Result> {
  const input = plainToInstance(type, value ?? {}, READ_OPTIONS);
  const problems = await validate(input, { whitelist: true, stopAtFirstError: true, forbidUnknownValues: false });
  if (problems.length > 0) throw new Invalid(flatten(problems));
  return input;
}

function flatten(problems: ValidationError[], prefix = ''): FieldErrors {
  const fields: FieldErrors = {};
  for (const { property, constraints, children } of problems) {
    const name = `${prefix}${property}`;
    if (constraints) fields[name] = Object.values(constraints);
    if (children && children.length > 0) Object.assign(fields, flatten(children, `${name}.`));
  }
  return fields;
}

/** The body's object under `key`, or the body itself when the client did not wrap it, as it is. */
export function unwrapped({ body }: { body?: Record<string, unknown> }, key: string): unknown {
  const inner = body?.[key];
  return typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : (body ?? {});
}

const unwrappedBody = createParamDecorator((key: string, context: ExecutionContext): unknown =>
  unwrapped(context.switchToHttp().getRequest<{ body?: Record<string, unknown> }>(), key),
);

/** The same as an input. */
export const Input = (key: string): ParameterDecorator => unwrappedBody(key, InputPipe);

/** The query string as an input. */
export const QueryInput = (): ParameterDecorator => Query(InputPipe);

/** Documents the body of a route that reads it with {@link Input}. */
export function Takes(key: string, type: Dto): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(type),
    ApiBody({
      description: `The fields may also stand unwrapped, without \`${key}\`, and the body may be a form (\`${key}[field]=value\`).`,
      required: true,
      schema: { type: 'object', required: [key], properties: { [key]: { $ref: getSchemaPath(type) } } },
    }),
  );
}

@Injectable()
class IdPipe implements PipeTransform<string, number> {
  transform(value: string, { data }: ArgumentMetadata): number {
    const id = /^\d{1,15}$/.test(value) ? Number(value) : 0;
    if (id < 1) throw new NotFound(nounOf(data ?? ''), value);
    return id;
  }
}

// `reply_id` names a Reply.
function nounOf(param: string): string {
  return param
    .replace(/_id$/, '')
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** An id in the path; what is no number is an object that does not exist. */
export const IdParam = (name: string): ParameterDecorator => Param(name, IdPipe);

/** Documents it. */
export const ApiIdParam = (name: string, description: string): MethodDecorator =>
  ApiParam({ name, description, schema: { type: 'integer', minimum: 1, example: 1 } });
