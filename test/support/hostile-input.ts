const numbered = (count: number) => Array.from({ length: count }, (_, index) => index);
const keys = (count: number) => Object.fromEntries(numbered(count).map((key) => [`k${key}`, 1]));
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const deepList = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
const deepName = (levels: number) => `a${'[a]'.repeat(levels)}`;
const fields = (count: number) =>
  numbered(count)
    .map((key) => `k${key}=1`)
    .join('&');

/** No JSON object, though it is said to be one. */
export const UNREADABLE_JSON = {
  'cut off': '{"ticket": {"subject": "x"',
  'without quotes': '{ticket: 1}',
  'with something behind it': '{"ticket": {}} more',
  'a form': 'subject=x',
  'a list': '[{"ticket": {}}]',
  'a text': '"ticket"',
  'a number': '17',
  'two commas': '{"a": 1,, "b": 2}',
};

/** Readable, and meant to do harm: limits of src/platform/http/untrusted.ts, and one step beyond. */
export const HOSTILE_JSON = {
  'too deep': deep(21),
  'absurdly deep': deep(10_000),
  'lists too deep': deepList(21),
  'too many keys': JSON.stringify(keys(10_001)),
  'too many keys inside': JSON.stringify({ ticket: keys(10_001) }),
  'too long a list': JSON.stringify({ list: numbered(10_001) }),
  __proto__: '{"__proto__": {"polluted": true}}',
  '__proto__ inside': '{"ticket": {"content": {"__proto__": {"polluted": true}}}}',
  '__proto__ in escapes': '{"\\u005f_proto__": {"polluted": true}}',
  'a constructor': '{"constructor": {"prototype": {"polluted": true}}}',
  'a prototype in a list': '{"list": [{"prototype": {"polluted": true}}]}',
  'a NUL': '{"subject": "a\\u0000b"}',
  'a NUL in a list': '{"cc": ["a\\u0000b"]}',
  'a NUL in a name': '{"a\\u0000b": 1}',
  'half a character': '{"subject": "\\ud800"}',
  'half a character in a name': '{"\\udc00": 1}',
};

export const HOSTILE_FORMS = {
  'too deep': `${deepName(11)}=1`,
  'absurdly deep': `${deepName(10_000)}=1`,
  'too many fields': fields(1_001),
  'too long a list': numbered(1_001)
    .map(() => 'list[]=1')
    .join('&'),
  __proto__: '__proto__[polluted]=1',
  '__proto__ inside': 'ticket[__proto__][polluted]=1',
  '__proto__ in escapes': '%5F%5Fproto%5F%5F%5Bpolluted%5D=1',
  'a constructor': 'constructor[prototype][polluted]=1',
  'a prototype inside': 'ticket[prototype][polluted]=1',
  'a NUL': 'subject=a%00b',
  'a NUL in a name': 'a%00b=1',
};

export const HOSTILE_QUERIES = {
  'too deep': `a${'[a]'.repeat(11)}=1`,
  'too many names': fields(1_001),
  __proto__: '__proto__[polluted]=1',
  'a constructor': 'a[constructor][polluted]=1',
  'a NUL': 'unknown=%00',
};

/** As much as is allowed; all of it under names that no route knows. */
export const LAST_JSON = `{"deep":${deep(19)},"lists":${deepList(18)},"long":${JSON.stringify(numbered(9_900))}}`;
export const LAST_FORMS = [`${deepName(10)}=1`, fields(1_000)];
