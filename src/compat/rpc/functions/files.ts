import { NotFound } from '../../../platform/errors/app-errors.js';
import { id, oneOf, optional, required, type Parser } from '../arguments.js';
import { fn, type RpcFunction } from '../function.js';

const fileType = oneOf(['csv', 'txt', 'false']);

/** What the settings of the original say until somebody changes them. */
const USUAL = 'csv';

const typeOrUsual: Parser<'csv' | 'txt'> = {
  read: (given) => {
    const word = fileType.read(given);
    return word === 'txt' ? 'txt' : USUAL;
  },
  schema: {
    anyOf: [
      { type: 'string', enum: ['csv', 'txt'] },
      { type: 'boolean', enum: [false] },
    ],
  },
};

const transcript = fn({
  scope: 'tickets:read',
  rest: 'none',
  args: { conversation_id: required(id), type: optional(typeOrUsual, USUAL) },
  run: async ({ actor, desk }, a) => {
    try {
      return await desk.house.upkeep.reports.transcripts.write(actor, a.conversation_id, a.type);
    } catch (error) {
      if (error instanceof NotFound) return false;
      throw error;
    }
  },
});

/** The files of the groups "conversations" and "export". One document prints a transcript under the one name, one under the other. */
export const FILES = {
  transcript,
  'csv-conversations': transcript,
  'csv-users': fn({
    scope: 'users:read',
    rest: 'none',
    args: {},
    run: ({ actor, desk }) => desk.house.upkeep.reports.userLists.write(actor),
  }),
} satisfies Record<string, RpcFunction>;
