/** Texts by field name; the messages of one field are alternatives that all hold. */
export type FieldErrors = Record<string, string[]>;

/** What a service may throw on purpose. Only the filters of a dialect know statuses and wire shapes. */
export abstract class AppError extends Error {}

/** The object does not exist, or the actor may not know that it does. */
export class NotFound extends AppError {
  constructor(
    readonly noun: string,
    readonly id: string | number,
  ) {
    super(`Couldn't find ${noun} with id=${id}`);
  }
}

/** The actor is known but may not do this. */
export class Forbidden extends AppError {}

/** No usable credential was given. */
export class Unauthenticated extends AppError {}

/** The input breaks a rule; nothing was changed. */
export class Invalid extends AppError {
  constructor(readonly fields: FieldErrors) {
    super(
      Object.entries(fields)
        .flatMap(([field, texts]) => texts.map((text) => (field === 'base' ? text : `${field} ${text}`)))
        .join(', '),
    );
  }

  static field(field: string, text: string): Invalid {
    return new Invalid({ [field]: [text] });
  }
}

/** The input is right but for a value that another object has already. */
export class Taken extends Invalid {
  constructor(readonly field: string) {
    super({ [field]: ['has already been taken'] });
  }
}

/** The request could not be read at all. */
export class Unreadable extends AppError {
  constructor(
    message: string,
    readonly tooLarge = false,
  ) {
    super(message);
  }
}

/** The state of the object does not allow this now. */
export class Conflict extends AppError {}

/** The object is no longer what the caller has seen and wants to change. */
export class PreconditionFailed extends AppError {}

/** The idempotency key stands for another request. */
export class KeyReused extends AppError {}

/** Too many requests; `retryAfter` is in seconds. */
export class TooMany extends AppError {
  constructor(
    message: string,
    readonly retryAfter: number,
  ) {
    super(message);
  }
}

/** A part that the desk needs does not answer at the moment. */
export class Unavailable extends AppError {}
