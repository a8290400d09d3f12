import { Foundation1790000000000 } from './1790000000000-foundation.js';

/** In the order in which they run. */
export const MIGRATIONS = [Foundation1790000000000];
