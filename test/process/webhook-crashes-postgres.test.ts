import { storeInPostgres } from '../support/queue-stores.js';
import { testCrashes } from '../support/webhook-crashes.js';

testCrashes('Postgres', storeInPostgres);
