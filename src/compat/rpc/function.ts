import type { Actor, Scope } from '../../access/actor.js';
import { AppError } from '../../platform/errors/app-errors.js';
import { BadArgument, isAbsent, type Arguments, type Values } from './arguments.js';
import type { RpcDesk } from './rpc-desk.js';

export interface RpcCall {
  actor: Actor;
  desk: RpcDesk;
  /** From where he calls, for limits. */
  address: string;
  /** The login value of the active user, when he is another than the owner of the token. */
  login: string | null;
}

/** An answer that the database has written as JSON already. */
export class Written {
  constructor(readonly json: string) {}
}

/** A refusal that clients know by its word. */
export class RpcRefusal extends AppError {
  constructor(
    readonly word: string,
    readonly detail?: string,
  ) {
    super(detail ?? word);
  }
}

/** A function as the controller sees it. */
export interface RpcFunction {
  /** What the token must be good for. */
  scope: Scope;
  args: Arguments;
  /** Whether the documents print the answer without its envelope: then `envelope=0` leaves it out, and an object stands beside it too. */
  isBare: boolean;
  /** The REST that does the same, for the table of functions. */
  rest: string;
  call: (call: RpcCall, given: Record<string, unknown>) => Promise<unknown>;
}

interface Row<Args extends Arguments> {
  scope: Scope;
  args: Args;
  isBare?: boolean;
  rest: string;
  run: (call: RpcCall, args: Values<Args>) => Promise<unknown>;
}

/** A row of the table: arguments, one call of a service, and what comes of it. */
export function fn<Args extends Arguments>({ run, isBare = false, ...row }: Row<Args>): RpcFunction {
  return { ...row, isBare, call: (call, given) => run(call, readArguments(row.args, given)) };
}

/** Throws {@link RpcRefusal}. A hyphen in the name of an argument is as good as an underscore. */
function readArguments<Args extends Arguments>(args: Args, given: Record<string, unknown>): Values<Args> {
  const byName = new Map(Object.entries(given).map(([name, value]) => [name.replaceAll('-', '_'), value]));
  const missing = Object.entries(args).filter(
    ([name, { isRequired, aliases }]) => isRequired && isAbsent(valueOf(byName, name, aliases)),
  );
  if (missing.length > 0) throw new RpcRefusal('missing-arguments', missing.map(([name]) => name).join(', '));
  const values = Object.entries(args).map(([name, argument]) => {
    const value = valueOf(byName, name, argument.aliases);
    return [name, isAbsent(value) ? argument.absent : readOne(name, () => argument.read(value))];
  });
  return Object.fromEntries(values) as Values<Args>;
}

function valueOf(byName: Map<string, unknown>, name: string, aliases: readonly string[]): unknown {
  const names = [name, ...aliases];
  return names.map((known) => byName.get(known)).find((value) => !isAbsent(value));
}

function readOne(name: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof BadArgument)
      throw new RpcRefusal(error.word, error.word === 'invalid-arguments' ? `${name} ${error.message}` : undefined);
    throw error;
  }
}
