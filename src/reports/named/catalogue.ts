import {
  AGENTS_CONVERSATIONS,
  AGENTS_DURATIONS,
  AGENTS_RATINGS,
  ANSWERED,
  ARTICLE_RATINGS,
  ARTICLE_VIEWS,
  averageOf,
  countsByTime,
  DURATION,
  MISSED,
  peopleByTime,
  requestersBy,
  RESPONSE_TIMES,
  SEARCHES,
  ticketsByTime,
} from './facts.js';

/** What the values are: a count, a duration in seconds, good and bad ratings, or a share of a whole. */
export type ValueKind = 'count' | 'seconds' | 'ratings' | 'share';

export type ChartType = 'line' | 'bar' | 'pie';

export interface NamedReport {
  title: string;
  description: string;
  /** Over the labels and over the values. */
  columns: readonly string[];
  kind: ValueKind;
  chart: ChartType;
  sql: string;
}

type Words = readonly [title: string, description: string];

const overTime = ([title, description]: Words, sql: string): NamedReport => {
  return { title, description, columns: ['Date', 'Count'], kind: 'count', chart: 'line', sql };
};

const ofEach = (thing: string, [title, description]: Words, sql: string): NamedReport => {
  return { title, description, columns: [thing, 'Count'], kind: 'count', chart: 'bar', sql };
};

const ofAgents = (words: Words, sql: string): NamedReport => ({
  ...ofEach('Agent', words, sql),
  columns: ['Agent', 'Average time'],
  kind: 'seconds',
});

const ratingsOf = (thing: string, words: Words, sql: string): NamedReport => ({
  ...ofEach(thing, words, sql),
  columns: [thing, 'Good', 'Bad'],
  kind: 'ratings',
});

const shareOf = (thing: string, words: Words, sql: string): NamedReport => ({
  ...ofEach(thing, words, sql),
  kind: 'share',
  chart: 'pie',
});

/**
 * What is counted when it happens and no row tells of later: by the desk itself, and by programs with `reports-update`. Each with the
 * report that its counts go to.
 */
export const FED = {
  subscribe: 'subscribe',
  'follow-up': 'follow-up',
  registrations: 'registrations',
  'articles-searches': 'articles-searches',
  'articles-views': 'articles-views',
  'articles-views-single': 'articles-views',
  'sms-automations': 'sms-automations',
  'email-automations': 'email-automations',
  'message-automations': 'message-automations',
  'direct-sms': 'direct-sms',
  'direct-emails': 'direct-emails',
  'direct-messages': 'direct-messages',
} as const;

const fed = (name: keyof typeof FED, words: Words): NamedReport => overTime(words, countsByTime(FED[name]));

/** The reports of the function `reports` (reference/rpc-functions.json). Conversations in the trash and spam do not count (mapping.md section 9). */
export const NAMED_REPORTS = {
  conversations: overTime(['Conversations count', 'Count of new conversations started by users.'], ticketsByTime('true')),
  'missed-conversations': overTime(
    ['Missed conversations count', 'Count of new conversations that no human agent has answered. An answer of the bot is none.'],
    ticketsByTime(MISSED),
  ),
  'conversations-time': {
    ...overTime(
      [
        'Average conversation time',
        'Average time from the start of a conversation to its last message, of those that were answered.',
      ],
      ticketsByTime(ANSWERED, averageOf(DURATION)),
    ),
    columns: ['Date', 'Average time'],
    kind: 'seconds',
  },
  visitors: overTime(['Visitors count', 'Count of new visitors: people of whom no address is known.'], peopleByTime('visitor')),
  leads: overTime(['Leads count', 'Count of new leads: people who wrote and have not registered.'], peopleByTime('lead')),
  users: overTime(['Users count', 'Count of new users: people who are known by their address.'], peopleByTime('user')),
  'agents-response-time': ofAgents(
    [
      'Average agent response time',
      'Average time from the start of a conversation to its first answer, by the agent who gave it.',
    ],
    RESPONSE_TIMES,
  ),
  'agents-conversations': ofEach(
    'Agent',
    ['Agent conversations count', 'Count of conversations in which the agent wrote at least one reply at that time.'],
    AGENTS_CONVERSATIONS,
  ),
  'agents-conversations-time': ofAgents(
    [
      'Average agent conversation time',
      'Average time that the conversations took in which the agent wrote a reply at that time.',
    ],
    AGENTS_DURATIONS,
  ),
  'agents-ratings': ratingsOf('Agent', ['Agent ratings', 'Ratings that customers gave to agents.'], AGENTS_RATINGS),
  countries: shareOf(
    'Country',
    ['User countries', 'Countries of the people who started a conversation.'],
    requestersBy('country'),
  ),
  languages: shareOf(
    'Language',
    ['User languages', 'Languages of the people who started a conversation: as chosen, else of their browser.'],
    requestersBy('language', 'browser_language'),
  ),
  browsers: shareOf('Browser', ['User browsers', 'Browsers of the people who started a conversation.'], requestersBy('browser')),
  os: shareOf(
    'Operating system',
    ['User operating systems', 'Operating systems of the people who started a conversation.'],
    requestersBy('os'),
  ),
  subscribe: fed('subscribe', [
    'Subscriptions count',
    'Count of people who left their address when they were asked to subscribe.',
  ]),
  'follow-up': fed('follow-up', ['Follow-up addresses count', 'Count of people who left their address for a follow-up.']),
  registrations: fed('registrations', ['Registrations count', 'Count of people who filled in the registration form.']),
  'articles-searches': ofEach(
    'Search',
    ['Article searches', 'What was searched for in the articles, the most frequent first.'],
    SEARCHES,
  ),
  'articles-ratings': ratingsOf('Article', ['Article ratings', 'What readers think of the articles.'], ARTICLE_RATINGS),
  'articles-views-single': ofEach('Article', ['Views of each article', 'How often each article was read.'], ARTICLE_VIEWS),
  'articles-views': fed('articles-views', ['Article views', 'How often articles were read.']),
  'sms-automations': fed('sms-automations', ['Automation text messages', 'Count of text messages sent by automations.']),
  'email-automations': fed('email-automations', ['Automation e-mails', 'Count of e-mails sent by automations.']),
  'message-automations': fed('message-automations', ['Automation messages', 'Count of messages sent by automations.']),
  'direct-sms': fed('direct-sms', ['Direct text messages', 'Count of text messages sent to people directly.']),
  'direct-emails': fed('direct-emails', ['Direct e-mails', 'Count of e-mails sent to people directly.']),
  'direct-messages': fed('direct-messages', ['Direct messages', 'Count of messages sent to people directly.']),
} as const satisfies Record<string, NamedReport>;

export type ReportName = keyof typeof NAMED_REPORTS;
export type FedName = keyof typeof FED;

export const REPORT_NAMES = Object.keys(NAMED_REPORTS) as ReportName[];
export const FED_NAMES = Object.keys(FED) as FedName[];
