import type { OfferedAutomation } from '../../../automations/automation-offers.service.js';
import type { KeptAutomation } from '../../../automations/automations.service.js';
import { AUTOMATION_KINDS } from '../../../automations/given-automations.js';

type Item = Record<string, unknown>;

/** All automations as `automations-get` prints them: by their kinds, and the translations by language and kind. */
export function automationsDocument(all: KeptAutomation[]): [Record<string, Item[]>, Record<string, Record<string, Item[]>>] {
  const byKind = Object.fromEntries(
    AUTOMATION_KINDS.map((kind) => [kind, all.filter((one) => one.kind === kind).map(automationItem)]),
  );
  const byLanguage: Record<string, Record<string, Item[]>> = {};
  for (const { code, kind, name, translations } of all)
    for (const [language, content] of Object.entries(translations))
      ((byLanguage[language] ??= {})[kind] ??= []).push({ id: code, name, ...content });
  return [byKind, byLanguage];
}

function automationItem({
  code,
  conditions,
  name,
  content,
}: Pick<KeptAutomation, 'code' | 'conditions' | 'name' | 'content'>): Item {
  return { id: code, conditions, name, ...content };
}

/** One that the program has to finish; of which kind it is stands in it. */
export function offeredItem(offered: OfferedAutomation): Item {
  return { ...automationItem(offered), type: offered.kind };
}
