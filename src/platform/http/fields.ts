import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Expose, plainToInstance, Transform, Type, type ClassTransformOptions } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDate,
  IsEmail,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { absentIfBlank, toBoolean, toInteger, toList } from './coerce.js';
import { parseTime } from './dates.js';

interface FieldOptions {
  description: string;
  example?: unknown;
  required?: boolean;
  /** Further names under which clients send the field. */
  aliases?: string[];
}

/** Fields that no decorator names never reach an input. */
export const READ_OPTIONS: ClassTransformOptions = { excludeExtraneousValues: true, exposeUnsetFields: false };

type Coerce = (value: unknown) => unknown;

/** One field of an input: how it is read, checked and documented. Blank means absent unless the field says otherwise. */
function field(
  options: FieldOptions,
  coerce: Coerce,
  schema: ApiPropertyOptions,
  ...checks: PropertyDecorator[]
): PropertyDecorator {
  const { description, example, required = false, aliases = [] } = options;
  const alsoKnown = aliases.length > 0 ? ` Also taken as ${aliases.map((name) => `\`${name}\``).join(', ')}.` : '';
  const presence = required ? IsNotEmpty({ message: "can't be blank" }) : IsOptional();
  return applyDecorators(
    Expose(),
    Transform(({ value, obj }) => coerce(firstGiven(value, obj as Record<string, unknown>, aliases))),
    ApiProperty({
      description: `${description}${alsoKnown}`,
      ...(example !== undefined && { example }),
      required,
      ...schema,
    } as ApiPropertyOptions),
    presence,
    ...checks,
  );
}

// A blank value gives way to an alias that says something.
function firstGiven(value: unknown, source: Record<string, unknown>, aliases: string[]): unknown {
  if (absentIfBlank(value) !== undefined) return value;
  return aliases.map((name) => source[name]).find((given) => absentIfBlank(given) !== undefined) ?? value;
}

const toText: Coerce = (value) => {
  const given = absentIfBlank(value);
  return typeof given === 'number' || typeof given === 'boolean' ? String(given) : given;
};

interface TextOptions extends FieldOptions {
  maxLength?: number;
  /** Blanks around it do not count, as in names. */
  trim?: boolean;
  /** Tells an explicit null, which clears, from a field that is not given. */
  nullable?: boolean;
}

/** Text of at most `maxLength` characters (default 255). */
export function TextField({ maxLength = 255, trim = false, nullable = false, ...options }: TextOptions): PropertyDecorator {
  const coerce: Coerce = (value) => {
    if (nullable && value === null) return null;
    const given = toText(value);
    return trim && typeof given === 'string' ? given.trim() : given;
  };
  return field(
    options,
    coerce,
    { type: 'string', maxLength, ...(nullable && { nullable }) },
    IsString({ message: 'must be text' }),
    MaxLength(maxLength, { message: `must have at most ${maxLength} characters` }),
  );
}

export function EmailField(options: FieldOptions): PropertyDecorator {
  const trim: Coerce = (value) => (typeof value === 'string' ? absentIfBlank(value.trim()) : absentIfBlank(value));
  return field(
    options,
    trim,
    { type: 'string', format: 'email', maxLength: 254 },
    IsEmail({ allow_utf8_local_part: true }, { message: 'must be an e-mail address' }),
    MaxLength(254, { message: 'must have at most 254 characters' }),
  );
}

/** The number of an object. */
export function IdField(options: FieldOptions): PropertyDecorator {
  return IntegerField({ min: 1, ...options });
}

export function IntegerField({
  min,
  max = Number.MAX_SAFE_INTEGER,
  ...options
}: FieldOptions & { min: number; max?: number }): PropertyDecorator {
  return field(
    options,
    toInteger,
    { type: 'integer', minimum: min, ...(max !== Number.MAX_SAFE_INTEGER && { maximum: max }) },
    IsInt({ message: 'must be a number' }),
    Min(min, { message: `must be at least ${min}` }),
    Max(max, { message: `must be at most ${max}` }),
  );
}

/** A number of the query that is brought into its range instead of being refused. */
export function LenientIntegerField({ min, max, ...options }: FieldOptions & { min: number; max: number }): PropertyDecorator {
  const intoRange: Coerce = (value) => {
    const number = toInteger(value);
    if (typeof number !== 'number') return number;
    return number < min ? undefined : Math.min(number, max);
  };
  return field(options, intoRange, { type: 'integer', minimum: min }, IsInt({ message: 'must be a number' }));
}

/** `nullable` tells an explicit null from a field that is not given. */
export function BooleanField({ nullable = false, ...options }: FieldOptions & { nullable?: boolean }): PropertyDecorator {
  const coerce: Coerce = (value) => (nullable && value === null ? null : toBoolean(value));
  return field(options, coerce, { type: 'boolean', nullable }, IsBoolean({ message: 'must be true or false' }));
}

/** A point in time, in any of the written forms of the contract. */
export function DateField(options: FieldOptions): PropertyDecorator {
  const read: Coerce = (value) => {
    const given = absentIfBlank(value);
    return typeof given === 'string' ? (parseTime(given) ?? given) : given;
  };
  return field(
    options,
    read,
    { type: 'string', format: 'date-time' },
    IsDate({ message: 'must be a time such as 2001-02-15T04:05:06Z' }),
  );
}

/** One of a few words, compared without case. */
export function WordField({ words, ...options }: FieldOptions & { words: readonly string[] }): PropertyDecorator {
  const lower: Coerce = (value) => {
    const given = toText(value);
    return typeof given === 'string' ? given.trim().toLowerCase() : given;
  };
  return field(
    options,
    lower,
    { type: 'string', enum: [...words] },
    IsIn(words, { message: `must be one of ${words.join(', ')}` }),
  );
}

export function IdListField({ maxItems = 100, ...options }: FieldOptions & { maxItems?: number }): PropertyDecorator {
  const ids: Coerce = (value) => {
    const list = toList(value);
    return Array.isArray(list) ? list.map(toInteger) : list;
  };
  return field(
    options,
    ids,
    { type: 'array', items: { type: 'integer', minimum: 1 }, maxItems },
    IsArray({ message: 'must be a list' }),
    ArrayMaxSize(maxItems, { message: `must have at most ${maxItems} items` }),
    IsInt({ each: true, message: 'must hold numbers' }),
    Min(1, { each: true, message: 'must hold ids' }),
    Max(Number.MAX_SAFE_INTEGER, { each: true, message: 'must hold ids' }),
  );
}

export function TextListField({ maxItems = 100, ...options }: FieldOptions & { maxItems?: number }): PropertyDecorator {
  return field(
    options,
    toList,
    { type: 'array', items: { type: 'string' }, maxItems },
    IsArray({ message: 'must be a list' }),
    ArrayMaxSize(maxItems, { message: `must have at most ${maxItems} items` }),
    IsString({ each: true, message: 'must hold texts' }),
  );
}

/** An input within an input; one in which every field is blank counts as blank itself. */
export function ObjectField(type: () => new () => object, options: FieldOptions): PropertyDecorator {
  const nested: Coerce = (value) => {
    const given = absentIfBlank(value);
    if (!isPlainObject(given)) return given;
    // An alias has not been through @Type.
    const inner = given instanceof type() ? given : plainToInstance(type(), given, READ_OPTIONS);
    return Object.keys(inner).length === 0 ? undefined : inner;
  };
  const isObject = ValidateBy({
    name: 'isInnerInput',
    validator: { validate: (value) => value instanceof type(), defaultMessage: () => 'must be an object' },
  });
  return applyDecorators(
    field(options, nested, { type: () => type() }, isObject, ValidateNested({ message: 'must be an object' })),
    Type(type),
  );
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
