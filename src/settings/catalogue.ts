/** How a setting is entered and kept; the words are those of the Support Board documents. */
export type SettingType = 'checkbox' | 'text' | 'password' | 'color' | 'select' | 'number';

export interface KnownSetting {
  type: SettingType;
  default: boolean | string | number;
  description: string;
  /** Kept sealed and shown to nobody who does not ask for it by name. */
  isSecret?: boolean;
  /** All that a `select` may be. */
  words?: readonly string[];
  /** What a `number` may be, both included. */
  range?: readonly [number, number];
}

/** What the desk itself goes by. */
const OF_THE_DESK = {
  'webhooks-active': {
    type: 'checkbox',
    default: false,
    description: 'Whether the address of `webhooks-url` is told of events.',
  },
  'webhooks-url': {
    type: 'text',
    default: '',
    description: 'Where the messages of the `support_board` format are sent; empty for nowhere.',
  },
  'webhooks-key': { type: 'password', default: '', isSecret: true, description: 'The `key` that stands in every message.' },
  'webhooks-allowed': {
    type: 'text',
    default: '',
    description: 'The names of the messages that are sent, separated by commas; empty for all of them.',
  },
  'webhooks-names': {
    type: 'select',
    default: 'gb-talk',
    words: ['gb-talk', 'support-board'],
    description: 'Which document spells the names of messages.',
  },
  'articles-public': {
    type: 'checkbox',
    default: false,
    description: 'Whether anybody may read the articles, without a token.',
  },
  'color-1': { type: 'color', default: '#0a6ebd', description: 'The first colour of the chat.' },
  'color-2': { type: 'color', default: '#084f88', description: 'The second colour of the chat.' },
  'color-3': { type: 'color', default: '#eef6fc', description: 'The third colour of the chat.' },
} as const satisfies Record<string, KnownSetting>;

/** How new conversations find an agent. */
const OF_ROUTING = {
  routing: {
    type: 'checkbox',
    default: false,
    description: 'Whether new conversations are given to agents who are online. `queue-active` turns it on too.',
  },
  'routing-method': {
    type: 'select',
    default: 'round-robin',
    words: ['round-robin', 'least-loaded'],
    description: 'Who gets the next conversation: whose turn it is, or who has the fewest open ones.',
  },
  'routing-departments': {
    type: 'checkbox',
    default: true,
    description: 'Whether a conversation of a department goes to its members only.',
  },
  'routing-offline': {
    type: 'select',
    default: 'wait',
    words: ['wait', 'anybody'],
    description: 'What happens while none of them is online: the conversation waits, or goes to anybody of them.',
  },
  'queue-active': {
    type: 'checkbox',
    default: false,
    description: 'Whether conversations for which no agent is free wait in a queue; without it they stay without an agent.',
  },
  'queue-concurrent-chats': {
    type: 'number',
    default: 5,
    range: [0, 10_000],
    description: 'Up to how many open conversations an agent is given more; 0 for no limit.',
  },
  'queue-response-time': {
    type: 'number',
    default: 5,
    range: [1, 10_080],
    description: 'How many minutes a conversation is taken to last while none has been closed yet, for the estimated wait.',
  },
} as const satisfies Record<string, KnownSetting>;

const shown = (description: string): KnownSetting => ({
  type: 'checkbox',
  default: false,
  description: `${description} Kept for the programs that show the chat; the desk itself does not go by it.`,
});

/** What is kept for others. */
const OF_THE_CHAT = {
  'chat-manual-init': shown('The chat starts only when a page asks for it.'),
  'chat-login-init': shown('The chat starts only for people who are logged in.'),
  'init-dashboard': shown('The chat begins with the list of conversations.'),
  'chat-timetable-disable': shown('The chat is closed outside of office hours.'),
  rtl: shown('Written from right to left.'),
  'front-auto-translations': shown('The chat follows the language of the browser.'),
} as const satisfies Record<string, KnownSetting>;

/** Every setting that has a meaning, by its key. */
export const KNOWN_SETTINGS = { ...OF_THE_DESK, ...OF_ROUTING, ...OF_THE_CHAT } as const satisfies Record<string, KnownSetting>;

export type SettingKey = keyof typeof KNOWN_SETTINGS;

export const SETTING_KEYS = Object.keys(KNOWN_SETTINGS) as SettingKey[];

export function isKnown(key: string): key is SettingKey {
  return Object.hasOwn(KNOWN_SETTINGS, key);
}

export const settingOf = (key: SettingKey): KnownSetting => KNOWN_SETTINGS[key];

/** The key as the REST API spells it. */
export const restNameOf = (key: string): string => key.replaceAll('-', '_');
