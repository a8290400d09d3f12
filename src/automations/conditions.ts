import { readSpan, REPEATS, TIME_OPERATORS, windowAt, type Repeat } from './timing.js';

/** As the documents write it: what is looked at, how (where there are several ways), and for what. */
export type Condition = readonly string[];

/** What is known of a person and his visit; null or empty where nothing is. */
export interface Visit {
  now: Date;
  userType: 'visitor' | 'lead' | 'user' | null;
  /** The page at which he is. */
  page: string | null;
  /** From where he came to it. */
  referrer: string | null;
  madeAt: Date | null;
  seenAt: Date | null;
  languages: string[];
  /** Names and codes of one and the same. */
  countries: string[];
  cities: string[];
  browsers: string[];
  systems: string[];
}

/** Whether a condition holds; null when only whoever shows the page can tell. */
type Verdict = boolean | null;

interface ConditionType {
  operators: readonly string[];
  /** Those that stand alone; the others need a value. */
  alone?: readonly string[];
  /** Whether a value may follow the name at once. */
  mayLackOperator?: boolean;
  /** What is wrong with a value; null when nothing is. */
  refuse?: (operator: string, value: string) => string | null;
  holds: (visit: Visit, operator: string, value: string) => Verdict;
}

const ADDRESS_OPERATORS = ['contains', 'does-not-contain', 'is-exactly', 'is-not'] as const;
const USER_TYPES = ['is-visitor', 'is-lead', 'is-user', 'is-not-visitor', 'is-not-lead', 'is-not-user'] as const;
const RETURNS = ['first-time-visitor', 'returning-visitor'] as const;
const LIST_OPERATORS = ['is-included', 'is-not-included', 'is-set', 'is-not-set'] as const;
const DAY_MS = 86_400_000;

const address = (of: (visit: Visit) => string | null, isExcluding = false): ConditionType => ({
  operators: ADDRESS_OPERATORS,
  holds: (visit, operator, value) => {
    const given = of(visit);
    if (given === null) return null;
    const parts = partsOf(value).map(bareAddress);
    const isFound = parts.some((part) =>
      operator === 'contains' || operator === 'does-not-contain'
        ? bareAddress(given).includes(part)
        : bareAddress(given) === part,
    );
    const isWanted = operator === 'contains' || operator === 'is-exactly';
    return (isFound === isWanted) !== isExcluding;
  },
});

const list = (of: (visit: Visit) => string[], isSame: (known: string, wanted: string) => boolean): ConditionType => ({
  operators: LIST_OPERATORS,
  alone: ['is-set', 'is-not-set'],
  mayLackOperator: true,
  holds: (visit, operator, value) => {
    const known = of(visit).map((one) => one.trim().toLowerCase());
    if (operator === 'is-set' || operator === 'is-not-set') return known.length > 0 === (operator === 'is-set');
    if (known.length === 0) return null;
    const isFound = partsOf(value).some((wanted) => known.some((one) => isSame(one, wanted)));
    return isFound !== (operator === 'is-not-included');
  },
});

const ofTheClient = (what: string): ConditionType => ({
  operators: [],
  mayLackOperator: true,
  refuse: (_, value) => (value === '' ? `must say ${what}` : null),
  holds: () => null,
});

const isOneOf = (known: string, wanted: string) => known === wanted;
const isPartOf = (known: string, wanted: string) => known.includes(wanted);
const isLanguage = (known: string, wanted: string) => known === wanted || known.replace('_', '-').startsWith(`${wanted}-`);

/** Every kind of condition by its name; times are judged together, since one says how often the other comes again. */
const TYPES: Record<string, ConditionType> = {
  datetime: {
    operators: TIME_OPERATORS,
    refuse: (operator, value) =>
      readSpan(operator, value) ? null : 'must say a time such as 13/04/2021 or 13/04/2021 14:30, or two with " - " between',
    holds: () => true,
  },
  repeat: { operators: REPEATS, alone: REPEATS, holds: () => true },
  include_urls: address(({ page }) => page),
  exclude_urls: address(({ page }) => page, true),
  referring: address(({ referrer }) => referrer),
  user_type: {
    operators: USER_TYPES,
    alone: USER_TYPES,
    holds: ({ userType }, operator) => userType && operator.startsWith('is-not-') !== operator.endsWith(`-${userType}`),
  },
  returning_visitor: {
    operators: RETURNS,
    alone: RETURNS,
    holds: ({ madeAt, seenAt }, operator) =>
      madeAt && seenAt && seenAt.getTime() - madeAt.getTime() > DAY_MS === (operator === 'returning-visitor'),
  },
  languages: list(({ languages }) => languages, isLanguage),
  countries: list(({ countries }) => countries, isOneOf),
  cities: list(({ cities }) => cities, isOneOf),
  browsers: list(({ browsers }) => browsers, isPartOf),
  os: list(({ systems }) => systems, isPartOf),
  browsing_time: ofTheClient('after how many seconds'),
  scroll_position: ofTheClient('after how many pixels'),
  custom_variable: ofTheClient('which variable has which value'),
};

export const CONDITION_TYPES = Object.keys(TYPES);

function typeOf(name: string): ConditionType | undefined {
  return Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
}

/** What is wrong with a condition, to stand behind its name; null when nothing is. */
export function refusalOf([name = '', ...rest]: Condition): string | null {
  const type = typeOf(name);
  if (!type) return `must be one of ${CONDITION_TYPES.join(', ')}`;
  const { operator, value } = partsOfCondition(type, rest);
  if (operator === null) return `must have one of ${type.operators.join(', ')}`;
  if (type.refuse) return type.refuse(operator, value);
  if (type.alone?.includes(operator)) return rest.length > 1 && value !== '' ? 'must have no value' : null;
  return partsOf(value).length === 0 ? 'must have a value' : null;
}

/** The way of looking and the value; a null way is none that is known. Lists may do without. */
function partsOfCondition(
  { operators, mayLackOperator }: ConditionType,
  rest: readonly string[],
): { operator: string | null; value: string } {
  const [first = '', ...more] = rest;
  if (operators.includes(first) && more.length <= 1) return { operator: first, value: (more[0] ?? '').trim() };
  if (mayLackOperator && more.length === 0) return { operator: 'is-included', value: first.trim() };
  return { operator: null, value: '' };
}

/** What is left to be looked at where the page is shown, and the repetition for which that is. */
export interface Judgement {
  left: Condition[];
  /** Empty where nothing is repeated. */
  window: string;
}

/** What the desk can say of a visit; null when it does not meet the conditions. */
export function judge(conditions: readonly Condition[], visit: Visit): Judgement | null {
  const window = dueWindow(conditions, visit.now);
  if (window === null) return null;
  const verdicts = conditions.map((condition) => verdictOf(condition, visit));
  if (verdicts.includes(false)) return null;
  return { left: conditions.filter((_, index) => verdicts[index] === null), window };
}

function verdictOf([name = '', ...rest]: Condition, visit: Visit): Verdict {
  const type = typeOf(name);
  if (!type) return null;
  const { operator, value } = partsOfCondition(type, rest);
  return operator === null ? null : type.holds(visit, operator, value);
}

/** The repetition in which it is time; null when it is not. Of several times all must hold. */
export function dueWindow(conditions: readonly Condition[], now: Date): string | null {
  const repeat = (conditions.find(([name]) => name === 'repeat')?.[1] ?? null) as Repeat | null;
  const spans = conditions.filter(isTimed).map(([, operator = '', value = '']) => readSpan(operator, value));
  const windows = (spans.length === 0 ? [null] : spans).map((span) => windowAt(now.getTime(), span, repeat));
  return windows.includes(null) ? null : (windows[0] ?? null);
}

/** Whether a condition says when; else an automation waits for people to come. */
export function isTimed([name]: Condition): boolean {
  return name === 'datetime';
}

function partsOf(value: string): string[] {
  const parts = value.split(',').map((part) => part.trim().toLowerCase());
  return parts.filter((part) => part !== '');
}

// How a page is reached and where its address ends does not matter.
function bareAddress(url: string): string {
  return url
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^www\./, '')
    .replace(/\/$/, '');
}
