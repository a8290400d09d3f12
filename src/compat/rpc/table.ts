import type { RpcFunction } from './function.js';
import { CONVERSATIONS } from './functions/conversations.js';
import { MESSAGES } from './functions/messages.js';
import { NOTES } from './functions/notes.js';

/** Every function by its name. */
export const FUNCTIONS = { ...CONVERSATIONS, ...MESSAGES, ...NOTES } as const satisfies Record<string, RpcFunction>;

export type FunctionName = keyof typeof FUNCTIONS;

/** The function of this name; undefined when there is none. */
export function functionNamed(name: string): RpcFunction | undefined {
  return Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name as FunctionName] : undefined;
}
