import { Foundation1790000000000 } from './1790000000000-foundation.js';
import { Search1790000100000 } from './1790000100000-search.js';
import { Limits1790000200000 } from './1790000200000-limits.js';
import { Nouns1790000300000 } from './1790000300000-nouns.js';
import { Reports1790000400000 } from './1790000400000-reports.js';
import { Filters1790000500000 } from './1790000500000-filters.js';
import { Merges1790000600000 } from './1790000600000-merges.js';
import { TeamVisibility1790000700000 } from './1790000700000-team-visibility.js';
import { Delivery1790000800000 } from './1790000800000-delivery.js';
import { Emails1790000900000 } from './1790000900000-emails.js';
import { InboundEmails1791000000000 } from './1791000000000-inbound-emails.js';
import { ReceivedMessages1791000100000 } from './1791000100000-received-messages.js';
import { UserDetails1791000200000 } from './1791000200000-user-details.js';
import { Conversations1791000300000 } from './1791000300000-conversations.js';
import { Presence1792000000000 } from './1792000000000-presence.js';
import { MailRetention1792000100000 } from './1792000100000-mail-retention.js';
import { Ratings1792000150000 } from './1792000150000-ratings.js';
import { People1792000200000 } from './1792000200000-people.js';
import { TypingAndLogins1792000300000 } from './1792000300000-typing-and-logins.js';
import { Articles1792000600000 } from './1792000600000-articles.js';
import { ArticleViews1792001000000 } from './1792001000000-article-views.js';
import { Automations1792000800000 } from './1792000800000-automations.js';
import { Exports1792000400000 } from './1792000400000-exports.js';
import { Settings1792000500000 } from './1792000500000-settings.js';
import { DirectMail1792001100000 } from './1792001100000-direct-mail.js';
import { Routing1792000700000 } from './1792000700000-routing.js';
import { NamedReports1792000900000 } from './1792000900000-named-reports.js';

/** In the order in which they run. */
export const MIGRATIONS = [
  Foundation1790000000000,
  Search1790000100000,
  Limits1790000200000,
  Nouns1790000300000,
  Reports1790000400000,
  Filters1790000500000,
  Merges1790000600000,
  TeamVisibility1790000700000,
  Delivery1790000800000,
  Emails1790000900000,
  InboundEmails1791000000000,
  ReceivedMessages1791000100000,
  UserDetails1791000200000,
  Conversations1791000300000,
  Presence1792000000000,
  MailRetention1792000100000,
  Ratings1792000150000,
  People1792000200000,
  TypingAndLogins1792000300000,
  Exports1792000400000,
  Settings1792000500000,
  Articles1792000600000,
  Routing1792000700000,
  Automations1792000800000,
  NamedReports1792000900000,
  ArticleViews1792001000000,
  DirectMail1792001100000,
];
