/** One finding of an Authentication-Results header (RFC 8601), such as `dkim=pass header.d=example.com`. */
export interface Finding {
  method: string;
  result: string;
  /** By `header.from`, `header.d` and so on. */
  properties: Map<string, string>;
}

const METHOD = /^([a-z][a-z0-9-]*)(?:\/\d+)?\s*=\s*([a-z]+)/i;
const PROPERTY = /\b((?:header|smtp|body|policy)\.[a-z][a-z0-9._-]*)\s*=\s*("[^"]*"|[^\s;]+)/gi;

/** What a header of this server has found; null when it is of another server. */
export function readFindings(value: string, authservIds: string[]): Finding[] | null {
  const [server = '', ...findings] = withoutComments(value).split(';');
  // A version may stand behind the name.
  const id = server.trim().split(/\s+/, 1)[0]?.toLowerCase() ?? '';
  if (!authservIds.some((authservId) => authservId.toLowerCase() === id)) return null;
  return findings.flatMap((finding) => {
    const [, method, result] = METHOD.exec(finding.trim()) ?? [];
    if (method === undefined || result === undefined) return [];
    const properties = new Map<string, string>();
    for (const [, name = '', word = ''] of finding.matchAll(PROPERTY))
      properties.set(name.toLowerCase(), word.replaceAll('"', '').toLowerCase());
    return [{ method: method.toLowerCase(), result: result.toLowerCase(), properties }];
  });
}

/** Whether they prove, or deny, that a mail is by somebody of this domain. */
export function judgeFindings(findings: Finding[], domain: string): 'pass' | 'fail' | 'none' {
  const dmarc = findings.filter(({ method }) => method === 'dmarc');
  const isOf = ({ properties }: Finding) => properties.get('header.from') === domain;
  if (dmarc.some((finding) => finding.result === 'pass' && isOf(finding))) return 'pass';
  if (dmarc.some((finding) => finding.result === 'fail' && isOf(finding))) return 'fail';
  const signed = findings.some(({ method, result, properties }) => {
    const signer = properties.get('header.d') ?? properties.get('header.i')?.split('@').pop();
    return method === 'dkim' && result === 'pass' && signer === domain;
  });
  return signed ? 'pass' : 'none';
}

// Comments may be nested, and quoted text may hold both brackets and semicolons; what the latter says is of no use here.
function withoutComments(value: string): string {
  let depth = 0;
  let isQuoted = false;
  let kept = '';
  for (let at = 0; at < value.length; at++) {
    const sign = value.charAt(at);
    if (sign === '\\') at++;
    else if (sign === '"' && depth === 0) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (sign === '(') depth++;
    else if (sign === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0) kept += sign;
  }
  return kept;
}
