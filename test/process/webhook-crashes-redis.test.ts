import { storeInRedis } from '../support/queue-stores.js';
import { testCrashes } from '../support/webhook-crashes.js';

testCrashes('Redis', storeInRedis);
