const LONGEST = 400;

/** How programs say in their languages who has written what they quote. */
const ATTRIBUTIONS = [
  /^on\b.{4,}\bwrote\s*:?$/i,
  /^.{4,}\bwrote\s*:$/i,
  /^am\b.{4,}\bschrieb\b.{0,200}:?$/i,
  /^.{4,}\bschrieb\s*:$/i,
  /^le\b.{4,}\ba écrit\s*:?$/i,
  /^el\b.{4,}\bescribió\s*:?$/i,
  /^(il|em|op)\b.{4,}\b(ha scritto|escreveu|schreef)\b.{0,200}:?$/i,
  /^(den|w dniu|dne)\b.{4,}(skrev|napisał\(a\)|napisał|napsal\(a\)|napsal).{0,200}:?$/i,
  /^\d{4}年\d{1,2}月\d{1,2}日.{0,200}[::]$/,
  /^在.{4,}写道[::]$/,
  /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.{0,200}<[^<>\s]+@[^<>\s]+>\s*[::]?$/,
];

/** True for the line that stands above a quote. */
export function isAttribution(line: string): boolean {
  const text = line.trim();
  return text.length <= LONGEST && ATTRIBUTIONS.some((attribution) => attribution.test(text));
}
