import { BadArgument, optional, required, text, type Parser } from '../arguments.js';
import { fn, type RpcCall, type RpcFunction } from '../function.js';
import { chatCss } from '../shapes/chat-css.js';
import { formattedHtml, withoutFormatting } from '../text-formatting.js';
import { COLOR } from '../../../settings/setting-values.js';

const color: Parser<string> = {
  read: (given) => {
    const written = text.read(given).trim();
    if (!COLOR.test(written)) throw new BadArgument('must be a colour such as #0a6ebd');
    return written;
  },
  schema: { type: 'string' },
};

const MOST_CHARACTERS = 100_000;

/** The marks are looked for in it many times over. */
const message: Parser<string> = {
  read: (given) => {
    const written = text.read(given);
    if (written.length > MOST_CHARACTERS) throw new BadArgument(`must have at most ${MOST_CHARACTERS} characters`);
    return written;
  },
  schema: { type: 'string', maxLength: MOST_CHARACTERS },
};

async function colorsOf({ actor, desk }: RpcCall, given: (string | null)[]): Promise<string[]> {
  const all = await desk.house.settings.all(actor);
  return given.map((one, index) => {
    const kept = all.get(`color-${index + 1}`)?.value;
    return one ?? (typeof kept === 'string' ? kept : '');
  });
}

/** The group "misc" of reference/rpc-functions.json. */
export const MISC = {
  'chat-css': fn({
    scope: 'settings:read',
    rest: 'none; the colours are settings',
    args: { color_1: optional(color, null), color_2: optional(color, null), color_3: optional(color, null) },
    run: async (call, a) => chatCss(await colorsOf(call, [a.color_1, a.color_2, a.color_3])),
  }),
  'text-formatting-to-html': fn({
    scope: 'tickets:read',
    rest: 'none',
    isBare: true,
    args: { message: required(message) },
    run: (_, a) => Promise.resolve(formattedHtml(a.message)),
  }),
  'clear-text-formatting': fn({
    scope: 'tickets:read',
    rest: 'none',
    isBare: true,
    args: { message: required(message) },
    run: (_, a) => Promise.resolve(withoutFormatting(a.message)),
  }),
} satisfies Record<string, RpcFunction>;
