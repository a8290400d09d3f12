/**
 * Whether a name, such as that of an event, is one that the pattern means: `*` stands for any run of characters, dots and none at
 * all included. Each piece between stars is looked for once, from left to right, so that no pattern can make it slow.
 */
export function matchesPattern(pattern: string, name: string): boolean {
  const [head = '', ...pieces] = pattern.split('*');
  const tail = pieces.pop();
  if (tail === undefined) return pattern === name;
  if (name.length < head.length + tail.length || !name.startsWith(head) || !name.endsWith(tail)) return false;
  const end = name.length - tail.length;
  let from = head.length;
  for (const piece of pieces) {
    const at = name.indexOf(piece, from);
    if (at < 0 || at + piece.length > end) return false;
    from = at + piece.length;
  }
  return true;
}
