const LONGEST = 400;

/** How programs say in their languages who has written what they quote. */
const ATTRIBUTIONS = [
  /^on\b.{4,}\bwrote\s*:?$/i,
  /^am\b.{4,}\bschrieb\b.{0,200}:?$/i,
  /^le\b.{4,}\ba écrit\s*:?$/i,
  /^el\b.{4,}\bescribió\s*:?$/i,
  /^(il|em|op)\b.{4,}\b(ha scritto|escreveu|schreef)\b.{0,200}:?$/i,
  /^(den|w dniu|dne)\b.{4,}(skrev|napisał\(a\)|napisał|napsal\(a\)|napsal).{0,200}:?$/i,
  /^\d{4}年\d{1,2}月\d{1,2}日.{0,200}[::]$/,
  /^在.{4,}写道[::]$/,
  /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.{0,200}<[^<>\s]+@[^<>\s]+>\s*[::]?$/,
];

/** The same where the day stands elsewhere, so that it cannot be told where the line begins. */
const ENDINGS = [/^.{4,}\bwrote\s*:$/i, /^.{4,}\bschrieb\s*:$/i];

/** How many of the last lines say who wrote the quote that comes below; 0 when none does. */
export function attributionLines(lines: string[]): number {
  for (const count of [1, 2, 3].filter((some) => some <= lines.length)) {
    const text = lines.slice(-count).join(' ').replace(/\s+/g, ' ').trim();
    if (text.length <= LONGEST && ATTRIBUTIONS.some((attribution) => attribution.test(text))) return count;
  }
  const last = lines.at(-1)?.trim() ?? '';
  return last.length <= LONGEST && ENDINGS.some((ending) => ending.test(last)) ? 1 : 0;
}
