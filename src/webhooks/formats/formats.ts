import type { WebHookFormat } from './format.js';
import { standardFormat } from './standard.js';
import { supportBoardFormat } from './support-board.js';
import { supportbeeFormat } from './supportbee.js';

export type FormatName = 'standard' | 'supportbee' | 'support_board';

/** What a webhook can speak. */
export const FORMATS: Record<FormatName, WebHookFormat> = {
  standard: standardFormat,
  supportbee: supportbeeFormat,
  support_board: supportBoardFormat,
};
